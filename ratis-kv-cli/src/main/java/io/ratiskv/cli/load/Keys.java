package io.ratiskv.cli.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** How the keys of a benchmark are called. Stateless; any thread. */
final class Keys {
    private static final byte[] PREFIX = "benchmark:".getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_DIGIT = 1_000_000_000;

    /** Of every name. */
    static final int BYTES = PREFIX.length + 10;

    private Keys() {}

    /** Puts {@code benchmark:0000000042}. */
    static void put(int number, ByteBuf out) {
        out.writeBytes(PREFIX);
        for (int digit = FIRST_DIGIT; digit > 0; digit /= 10) out.writeByte('0' + number / digit % 10);
    }
}
