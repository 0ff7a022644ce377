package io.ratiskv.cli.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How the keys of a benchmark are called. Stateless; any thread. */
final class Keys {
    private static final int DIGITS = 10;
    private static final byte[] PREFIX = "benchmark:".getBytes(StandardCharsets.US_ASCII);

    private Keys() {}

    /** {@code benchmark:0000000042}. */
    static byte[] name(int number) {
        byte[] name = Arrays.copyOf(PREFIX, PREFIX.length + DIGITS);
        int rest = number;
        for (int i = name.length - 1; i >= PREFIX.length; i--) {
            name[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return name;
    }
}
