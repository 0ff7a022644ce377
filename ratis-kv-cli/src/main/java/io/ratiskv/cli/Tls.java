package io.ratiskv.cli;

import io.ratiskv.cli.Access.TrustFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a client's TLS of PEM files. Stateless; any thread. */
final class Tls {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final char[] IN_MEMORY_PASSWORD = "in memory only".toCharArray();

    private Tls() {}

    /**
     * Reads the files.
     *
     * @throws TlsException with a sentence for whoever named them
     */
    static SSLContext of(TrustFiles files) throws TlsException {
        Path authorities = files.authorities();
        Path certificate = files.certificate();
        Path key = files.key();
        try {
            TrustManager @Nullable [] trust = authorities == null ? null : trust(authorities);
            KeyManager @Nullable [] keys = certificate == null || key == null ? null : keys(certificate, key);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new TlsException("TLS cannot be set up: " + unusable.getMessage(), unusable);
        }
    }

    private static TrustManager[] trust(Path file) throws GeneralSecurityException, TlsException {
        KeyStore trusted = emptyKeyStore();
        int number = 0;
        for (Certificate authority : certificates(file)) trusted.setCertificateEntry("ca-" + number++, authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Path certificate, Path key) throws GeneralSecurityException, TlsException {
        KeyStore own = emptyKeyStore();
        Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
        own.setKeyEntry("client", privateKey(key), IN_MEMORY_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, IN_MEMORY_PASSWORD);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, TlsException {
        Collection<? extends Certificate> certificates;
        try (InputStream in = new ByteArrayInputStream(read(file))) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | CertificateException invalid) {
            throw new TlsException(file + " holds a certificate that cannot be used", invalid);
        }
        if (certificates.isEmpty()) throw new TlsException(file + " holds no PEM certificate", null);
        return certificates;
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException, TlsException {
        Matcher block = PRIVATE_KEY.matcher(new String(read(file), java.nio.charset.StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            throw new TlsException(file + " holds no private key in PKCS #8 that is not encrypted", null);
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
        for (String algorithm : KEY_ALGORITHMS) {
            PrivateKey key = privateKey(algorithm, spec);
            if (key != null) return key;
        }
        throw new TlsException(file + " holds a private key that is neither of " + KEY_ALGORITHMS, null);
    }

    private static @Nullable PrivateKey privateKey(String algorithm, PKCS8EncodedKeySpec spec)
            throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException ofAnotherAlgorithm) {
            return null;
        }
    }

    private static byte[] read(Path file) throws TlsException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new TlsException("cannot read " + file, unreadable);
        }
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
}
