package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.value.Xxh3;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What SET and DELEX may ask of the string that a key holds. Immutable.
 *
 * @param operand what the string, or its digest, is compared with
 */
record StringComparison(Kind kind, Bytes operand) {
    private static final int DIGEST_DIGITS = 16;

    /** The words of Redis 8.4. */
    enum Kind {
        IFEQ,
        IFNE,
        IFDEQ,
        IFDNE
    }

    /** Takes a comparison if one is next. */
    static @Nullable StringComparison take(Call call) {
        for (Kind kind : Kind.values()) {
            if (call.acceptWithValue(kind.name())) {
                return new StringComparison(kind, call.take());
            }
        }
        return null;
    }

    /** Sixteen hexadecimal digits. */
    static String digest(Bytes string) {
        return HexFormat.of().toHexDigits(Xxh3.of(string));
    }

    /** Whether a key without a string will do. */
    boolean holdsWithoutString() {
        return kind == Kind.IFNE || kind == Kind.IFDNE;
    }

    /** @throws CommandException if a digest is asked for that is none: Redis looks at it no sooner */
    boolean holds(Bytes string) {
        return switch (kind) {
            case IFEQ -> string.equals(operand);
            case IFNE -> !string.equals(operand);
            case IFDEQ -> hasDigest(string);
            case IFDNE -> !hasDigest(string);
        };
    }

    private boolean hasDigest(Bytes string) {
        if (operand.length() != DIGEST_DIGITS) {
            throw new CommandException("ERR must be exactly 16 hexadecimal characters");
        }
        return digest(string).equalsIgnoreCase(operand.latin1());
    }
}
