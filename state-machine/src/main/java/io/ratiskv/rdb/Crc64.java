package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The CRC-64 of Jones, as Redis appends it to payloads. Stateless; any thread.
 *
 * <p>Eight bytes at a time, by eight tables: "slicing by eight", Kounavis and Berry, 2005.
 */
final class Crc64 {
    /** 0xad93d23594c935a9, its bits reversed. */
    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;

    private static final long[][] TABLES = tables();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Crc64() {}

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            tables[0][i] = crc;
        }
        for (int i = 0; i < 256; i++) {
            for (int k = 1; k < 8; k++) {
                long before = tables[k - 1][i];
                tables[k][i] = before >>> 8 ^ tables[0][(int) before & 0xff];
            }
        }
        return tables;
    }

    static long of(Bytes bytes) {
        return update(0, bytes);
    }

    /** @param before of all bytes before these */
    static long update(long before, Bytes bytes) {
        byte[] array = bytes.array();
        int at = bytes.offset();
        int end = at + bytes.length();
        long crc = before;
        for (; at <= end - 8; at += 8) {
            long word = crc ^ (long) LONGS.get(array, at);
            crc = 0;
            for (int k = 0; k < 8; k++) {
                crc ^= TABLES[7 - k][(int) (word >>> 8 * k) & 0xff];
            }
        }
        for (; at < end; at++) {
            crc = crc >>> 8 ^ TABLES[0][(int) (crc ^ array[at]) & 0xff];
        }
        return crc;
    }
}
