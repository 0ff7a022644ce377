package io.ratiskv.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority for tests, made with the JDK's keytool in a directory of its own. */
public final class Authority {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final String name;

    private Authority(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** Makes the authority {@code name} in {@code directory}. */
    public static Authority make(Path directory, String name) throws IOException, InterruptedException {
        Authority authority = new Authority(directory, name);
        authority.keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
        authority.keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-file",
                authority.certificate().toString());
        return authority;
    }

    /** The authority's own certificate, PEM. */
    public Path certificate() {
        return directory.resolve(name + ".pem");
    }

    /** A certificate for 127.0.0.1 and localhost, signed by this authority, and its key, as PEM files. */
    public TlsFiles issue(String subject, TlsFiles.ClientAuth clientAuth)
            throws IOException, InterruptedException, GeneralSecurityException {
        return issue(subject, "EC", "+0d", clientAuth);
    }

    TlsFiles issue(String subject, String algorithm, String startDate, TlsFiles.ClientAuth clientAuth)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path request = directory.resolve(subject + ".csr");
        Path signed = directory.resolve(subject + ".pem");
        Path key = directory.resolve(subject + ".key");
        keytool("-genkeypair", "-alias", subject, "-keyalg", algorithm, "-dname", "CN=" + subject);
        keytool("-certreq", "-alias", subject, "-file", request.toString());
        keytool(
                "-gencert",
                "-rfc",
                "-alias",
                name,
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-startdate",
                startDate,
                "-validity",
                "30",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost");
        KeyStore store = KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
        byte[] pkcs8 = store.getKey(subject, PASSWORD.toCharArray()).getEncoded();
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pkcs8);
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
        return new TlsFiles(signed, key, certificate(), clientAuth);
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(List.of(arguments));
        Path store = directory.resolve(name + ".p12");
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) throw new IOException(output);
    }
}
