package io.ratiskv.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password that cannot be printed by accident: {@link #toString} shows a mask. Immutable; any thread.
 */
public final class Secret {
    static final String MASK = "***";

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The secret that {@code text} spells in UTF-8; refuses the empty text and line breaks, naming neither. */
    public static Secret of(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("must not be empty");
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("must not contain a line break");
        }
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether {@code candidate} is this secret, in a time that does not depend on where they differ. */
    public boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(bytes, candidate);
    }

    /** A copy of the bytes, for a consumer that keeps only a hash of them. */
    public byte[] copyOfBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && matches(that.bytes);
    }

    /** The same for all secrets, so that a printed hash tells nothing. */
    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return MASK;
    }
}
