package io.ratiskv.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * A certificate authority for tests, and the PEM files of what it signs. Writes X.509 version 3 (RFC 5280) itself,
 * because the JDK has no public class that does and a run of keytool takes a second. Any thread.
 */
public final class TestAuthority {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final byte[] ECDSA_WITH_SHA256 = der(SEQUENCE, oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid(0x55, 0x1D, 0x11);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1D, 0x13);
    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String name;
    private final KeyPair keys = newKeys();
    private final byte[] certificate;

    public TestAuthority(String name) throws GeneralSecurityException {
        this.name = name;
        byte[] isAuthority = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(0x04, der(SEQUENCE, TRUE)));
        this.certificate = sign(name, keys.getPublic(), inADay(), isAuthority);
    }

    /** Files of a new key and certificate for {@code node}, good for 127.0.0.1 and localhost, written into {@code directory}. */
    public TlsFiles issue(String node, Path directory, TlsFiles.ClientAuth clientAuth)
            throws GeneralSecurityException, IOException {
        return issue(node, directory, clientAuth, newKeys(), inADay());
    }

    /** The same for a given key, valid until {@code end}. */
    TlsFiles issue(String node, Path directory, TlsFiles.ClientAuth clientAuth, KeyPair own, Instant end)
            throws GeneralSecurityException, IOException {
        byte[] names = der(SEQUENCE, der(0x87, LOOPBACK), der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)));
        byte[] issued = sign(node, own.getPublic(), end, der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(0x04, names)));
        return new TlsFiles(
                write(directory.resolve(node + ".crt"), "CERTIFICATE", issued),
                write(
                        directory.resolve(node + ".key"),
                        "PRIVATE KEY",
                        own.getPrivate().getEncoded()),
                write(directory.resolve(node + "-ca.crt"), "CERTIFICATE", certificate),
                clientAuth);
    }

    private static Instant inADay() {
        return Instant.now().plusSeconds(86_400);
    }

    private byte[] sign(String subject, PublicKey key, Instant end, byte[] extension) throws GeneralSecurityException {
        byte[] validity = der(SEQUENCE, time(end.minusSeconds(90_000)), time(end));
        byte[] serial = der(0x02, new byte[] {1, (byte) subject.hashCode(), (byte) (subject.hashCode() >> 8)});
        byte[] toSign = der(
                SEQUENCE,
                der(0xA0, der(0x02, new byte[] {2})),
                serial,
                ECDSA_WITH_SHA256,
                distinguishedName(name),
                validity,
                distinguishedName(subject),
                key.getEncoded(),
                der(0xA3, der(SEQUENCE, extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toSign);
        return der(SEQUENCE, toSign, ECDSA_WITH_SHA256, der(0x03, new byte[] {0}, signature.sign()));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] distinguishedName(String commonName) {
        byte[] text = der(0x0C, commonName.getBytes(StandardCharsets.UTF_8));
        return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text)));
    }

    private static byte[] time(Instant instant) {
        return der(0x17, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] oid(int... encoded) {
        byte[] bytes = new byte[encoded.length];
        for (int i = 0; i < encoded.length; i++) bytes[i] = (byte) encoded[i];
        return der(0x06, bytes);
    }

    /** One value: tag, length, content (X.690). */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) content.writeBytes(part);
        int length = content.size();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        if (length >= 0x100) {
            value.write(0x82);
            value.write(length >> 8);
        } else if (length >= 0x80) {
            value.write(0x81);
        }
        value.write(length);
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    private static Path write(Path file, String label, byte[] encoded) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(file, "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n");
    }
}
