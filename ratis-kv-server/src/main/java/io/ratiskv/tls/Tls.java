package io.ratiskv.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys and the trust of this node in the JDK's own types, from which RESP, HTTP, node-to-node and Raft build their
 * TLS. Immutable; any thread.
 *
 * <p>One certificate serves all ports. Nodes require each other's certificate, verified against the authorities
 * ({@link #isMutual}); what clients must present is {@link #clientAuth}. Whoever holds a certificate of these
 * authorities counts as a node on the Raft port, so nodes need authorities that sign nothing else, unless every client
 * is trusted like a node.
 */
public final class Tls {
    /** TLS 1.2 and 1.3; older versions are broken (RFC 8996). */
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Authenticated encryption with forward secrecy alone (RFC 9325, section 4.2), in order of preference. */
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** A PEM block of any label (RFC 7468, section 2). */
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private static final String ALIAS = "node";
    private static final char[] IN_MEMORY_PASSWORD = "in memory only".toCharArray();

    private final KeyManagerFactory keyManagers;
    private final @Nullable TrustManagerFactory trustManagers;
    private final TlsFiles.ClientAuth clientAuth;

    private Tls(
            KeyManagerFactory keyManagers,
            @Nullable TrustManagerFactory trustManagers,
            TlsFiles.ClientAuth clientAuth) {
        this.keyManagers = keyManagers;
        this.trustManagers = trustManagers;
        this.clientAuth = clientAuth;
    }

    /** Which of the files a problem is about. */
    public enum File {
        CERTIFICATE,
        KEY,
        AUTHORITIES
    }

    /**
     * One thing that is wrong with the files.
     *
     * @param file where
     * @param message what; names the path, never its content
     */
    public record Problem(File file, String message) {}

    /** Everything that is wrong with {@code files} now, among it a certificate that has expired; empty when good. */
    public static List<Problem> check(TlsFiles files) {
        List<Problem> problems = new ArrayList<>();
        Optional<List<X509Certificate>> chain = certificates(File.CERTIFICATE, files.certificate(), problems);
        Optional<PrivateKey> key = privateKey(files.key(), problems);
        @Nullable Path authorities = files.authorities();
        if (authorities != null) certificates(File.AUTHORITIES, authorities, problems);
        if (chain.isPresent() && key.isPresent()) {
            PublicKey certified = chain.get().get(0).getPublicKey();
            if (!belongTogether(key.get(), certified)) {
                problems.add(new Problem(
                        File.KEY,
                        files.key() + " is not the private key of the certificate in " + files.certificate()));
            }
        }
        return problems;
    }

    /**
     * Reads the files.
     *
     * @throws GeneralSecurityException when {@link #check} would find a problem
     */
    public static Tls load(TlsFiles files) throws GeneralSecurityException {
        List<Problem> problems = new ArrayList<>();
        Optional<List<X509Certificate>> chain = certificates(File.CERTIFICATE, files.certificate(), problems);
        Optional<PrivateKey> key = privateKey(files.key(), problems);
        @Nullable Path authoritiesFile = files.authorities();
        Optional<List<X509Certificate>> authorities =
                authoritiesFile == null ? Optional.empty() : certificates(File.AUTHORITIES, authoritiesFile, problems);
        if (!problems.isEmpty() || chain.isEmpty() || key.isEmpty()) {
            throw new GeneralSecurityException(
                    String.join("; ", problems.stream().map(Problem::message).toList()));
        }

        KeyStore own = emptyKeyStore();
        own.setKeyEntry(ALIAS, key.get(), IN_MEMORY_PASSWORD, chain.get().toArray(Certificate[]::new));
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(own, IN_MEMORY_PASSWORD);

        @Nullable TrustManagerFactory trustManagers = null;
        if (authorities.isPresent()) {
            KeyStore trusted = emptyKeyStore();
            int number = 0;
            for (X509Certificate authority : authorities.get()) {
                trusted.setCertificateEntry("authority-" + number++, authority);
            }
            trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trusted);
        }
        return new Tls(keyManagers, trustManagers, files.clientAuth());
    }

    /** For Netty's {@code SslContextBuilder.forServer}. */
    public KeyManagerFactory keyManagerFactory() {
        return keyManagers;
    }

    /** For Netty's {@code SslContextBuilder.trustManager}; null when there are no authorities. */
    public @Nullable TrustManagerFactory trustManagerFactory() {
        return trustManagers;
    }

    /** This node's key and certificate, for gRPC's credentials and Ratis' {@code GrpcTlsConfig}. */
    public X509ExtendedKeyManager keyManager() {
        for (KeyManager manager : keyManagers.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager x509) return x509;
        }
        throw new IllegalStateException("the JDK offers no X.509 key manager");
    }

    /**
     * What other nodes are verified against, for gRPC's credentials and Ratis' {@code GrpcTlsConfig}.
     *
     * @throws IllegalStateException when there are no authorities; ask {@link #isMutual} first
     */
    public X509ExtendedTrustManager trustManager() {
        if (trustManagers == null) throw new IllegalStateException("no authorities were given");
        for (TrustManager manager : trustManagers.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager x509) return x509;
        }
        throw new IllegalStateException("the JDK offers no X.509 trust manager");
    }

    /** Whether there are authorities, so that nodes verify each other. */
    public boolean isMutual() {
        return trustManagers != null;
    }

    /** What clients of RESP and HTTP must present; {@code NO} where there is nothing to verify it against. */
    public TlsFiles.ClientAuth clientAuth() {
        return isMutual() ? clientAuth : TlsFiles.ClientAuth.NO;
    }

    /** For servers built on the JDK's TLS (Jetty): own key, and the authorities where there are some. */
    public SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keyManagers.getKeyManagers(), trustManagers == null ? null : trustManagers.getTrustManagers(), null);
        return context;
    }

    /** The protocol versions to enable on every port. */
    public static List<String> protocols() {
        return PROTOCOLS;
    }

    /** The cipher suites to enable on every port. */
    public static List<String> cipherSuites() {
        return CIPHER_SUITES;
    }

    private static KeyStore emptyKeyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, IN_MEMORY_PASSWORD);
        } catch (IOException impossible) {
            throw new GeneralSecurityException("cannot make an empty key store", impossible);
        }
        return store;
    }

    private static Optional<List<X509Certificate>> certificates(File file, Path path, List<Problem> problems) {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream in = Files.newInputStream(path)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                X509Certificate x509 = (X509Certificate) certificate;
                x509.checkValidity();
                certificates.add(x509);
            }
        } catch (IOException unreadable) {
            problems.add(new Problem(file, "cannot read " + path));
            return Optional.empty();
        } catch (CertificateException invalid) {
            problems.add(new Problem(file, "the certificate in " + path + " cannot be used: " + invalid.getMessage()));
            return Optional.empty();
        }
        if (certificates.isEmpty()) {
            problems.add(new Problem(file, path + " holds no PEM certificate"));
            return Optional.empty();
        }
        return Optional.of(certificates);
    }

    private static Optional<PrivateKey> privateKey(Path path, List<Problem> problems) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException unreadable) {
            problems.add(new Problem(File.KEY, "cannot read " + path));
            return Optional.empty();
        }
        Matcher block = PEM.matcher(text);
        while (block.find()) {
            if (!block.group(1).equals("PRIVATE KEY")) continue;
            Optional<PrivateKey> key = decode(block.group(2));
            if (key.isPresent()) return key;
        }
        problems.add(new Problem(
                File.KEY,
                path + " holds no unencrypted PKCS #8 key (EC, RSA or Ed25519); \"openssl pkcs8 -topk8 -nocrypt -in "
                        + path.getFileName() + "\" writes one"));
        return Optional.empty();
    }

    /** The encoding names its algorithm, but only the factory of that algorithm reads it: ask each. */
    private static Optional<PrivateKey> decode(String base64) {
        return KEY_ALGORITHMS.stream()
                .flatMap(algorithm -> decode(base64, algorithm).stream())
                .findFirst();
    }

    private static Optional<PrivateKey> decode(String base64, String algorithm) {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(base64);
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException | IllegalArgumentException notOfThisAlgorithm) {
            return Optional.empty();
        }
    }

    private static boolean belongTogether(PrivateKey own, PublicKey certified) {
        byte[] probe = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(signatureFor(own));
            signature.initSign(own);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }

    private static String signatureFor(PrivateKey key) throws NoSuchAlgorithmException {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> throw new NoSuchAlgorithmException(key.getAlgorithm());
        };
    }
}
