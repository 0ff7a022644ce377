package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.rdb.CanonicalValue;
import io.ratiskv.rdb.PayloadException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * 128 bits of SHA-256 of a key and all that belongs to it, the same for two servers exactly when they hold the same.
 * Fingerprints of many keys are added up, in any order. Immutable; any thread.
 */
record Fingerprint(long high, long low) {
    static final Fingerprint ZERO = new Fingerprint(0, 0);

    /** Of a key whose value the server can not dump. */
    private static final Fingerprint UNREADABLE = new Fingerprint(-1, -1);

    /**
     * Of a key.
     *
     * @param dump what DUMP answered
     * @param deadline what PEXPIRETIME or PTTL answered
     * @param exact whether that is a time
     * @return null when there is no such key
     */
    static @Nullable Fingerprint of(Bytes key, Reply dump, Reply deadline, boolean exact) {
        if (dump instanceof Reply.Null || deadline instanceof Reply.Int time && time.value() == -2) return null;
        if (!(dump instanceof Reply.Bulk payload) || !(deadline instanceof Reply.Int time)) return UNREADABLE;
        MessageDigest digest = sha256();
        add(key, digest);
        add(Bytes.of(exact ? time.value() : Math.min(time.value(), 0)), digest);
        try {
            CanonicalValue.tell(payload.value(), part -> add(part, digest));
        } catch (PayloadException unknownForm) {
            return UNREADABLE;
        }
        return of(digest);
    }

    /** Of a library of functions. */
    static Fingerprint of(Bytes source) {
        MessageDigest digest = sha256();
        add(source, digest);
        return of(digest);
    }

    private static Fingerprint of(MessageDigest digest) {
        ByteBuffer sum = ByteBuffer.wrap(digest.digest());
        return new Fingerprint(sum.getLong(), sum.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static void add(Bytes part, MessageDigest digest) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length()).flip());
        digest.update(part.array(), part.offset(), part.length());
    }

    boolean isReadable() {
        return !equals(UNREADABLE);
    }

    Fingerprint plus(Fingerprint other) {
        return new Fingerprint(high + other.high, low + other.low);
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
