package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import java.util.Arrays;

/**
 * A counter in the form for few elements: runs of equal registers. Confined to the request that raises them.
 *
 * <pre>
 *   00llllll            l + 1 registers are zero, 64 at most
 *   01llllll llllllll   the same, 16384 at most
 *   1vvvvvll            l + 1 registers, 4 at most, are v + 1, 32 at most
 * </pre>
 *
 * <p>The runs come about one register at a time, by the steps that Redis takes, so that the same elements in the same
 * order give the same bytes.
 */
public final class SparseRegisters {
    private static final int VALUE_MAX = 32;
    private static final int VALUE_RUN_MAX = 4;
    private static final int SHORT_RUN_MAX = 64;

    /** How many runs after a change are looked at to be joined. */
    private static final int JOINED_RUNS_MAX = 5;

    /** A string with more runs than registers is none. */
    private static final int BYTES_MAX = HyperLogLog.HEADER_BYTES + 2 * HyperLogLog.REGISTERS;

    /** What became of a register that was to be raised. */
    public enum Outcome {
        AS_HIGH,
        RAISED,
        /** It takes the dense form. */
        OUTGROWN,
        /** The string has no such register. */
        CORRUPT
    }

    private byte[] bytes;
    private int length;
    private final long bytesMax;

    /**
     * @param string a sparse counter, its header included
     * @param bytesMax beyond which it is outgrown
     */
    public SparseRegisters(Pages string, long bytesMax) {
        this.length = string.length() > BYTES_MAX ? 0 : string.length();
        this.bytes = string.copy(0, length);
        this.bytesMax = bytesMax;
    }

    /** The string. */
    public Bytes bytes() {
        return Bytes.wrap(bytes, 0, length);
    }

    public Outcome raise(int register, int rank) {
        if (rank > VALUE_MAX) {
            return Outcome.OUTGROWN;
        }
        int before = -1;
        int at = HyperLogLog.HEADER_BYTES;
        int first = 0;
        while (at < length && register >= first + run(at)) {
            first += run(at);
            before = at;
            at += size(at);
        }
        if (at >= length || at + size(at) > length) {
            return Outcome.CORRUPT;
        }
        if (isValue(at) && value(at) >= rank) {
            return Outcome.AS_HIGH;
        }
        if (!split(at, first, register, rank)) {
            return Outcome.OUTGROWN;
        }
        join(before < 0 ? HyperLogLog.HEADER_BYTES : before);
        return Outcome.RAISED;
    }

    /** Puts a register of its own in place of one within a run. False if that takes too much room. */
    private boolean split(int at, int first, int register, int rank) {
        byte[] runs = new byte[5];
        int value = isValue(at) ? value(at) : 0;
        int end = put(runs, 0, value, register - first);
        end = put(runs, end, rank, 1);
        end = put(runs, end, value, first + run(at) - 1 - register);
        int grown = end - size(at);
        if (grown > 0 && length + grown > bytesMax) {
            return false;
        }
        replace(at, size(at), Bytes.wrap(runs, 0, end));
        return true;
    }

    private static int put(byte[] runs, int at, int value, int registers) {
        if (registers == 0) {
            return at;
        }
        if (value > 0) {
            runs[at] = valueRun(value, registers);
            return at + 1;
        }
        if (registers <= SHORT_RUN_MAX) {
            runs[at] = (byte) (registers - 1);
            return at + 1;
        }
        runs[at] = (byte) (registers - 1 >>> 8 | 0x40);
        runs[at + 1] = (byte) (registers - 1);
        return at + 2;
    }

    private static byte valueRun(int value, int registers) {
        return (byte) (0x80 | value - 1 << 2 | registers - 1);
    }

    /** Joins runs of the same value where one has room for both. */
    private void join(int from) {
        int at = from;
        for (int looks = 0; looks < JOINED_RUNS_MAX && at < length; looks++) {
            int next = at + 1;
            if (!isValue(at)) {
                at += size(at);
            } else if (next < length
                    && isValue(next)
                    && value(at) == value(next)
                    && run(at) + run(next) <= VALUE_RUN_MAX) {
                byte[] joined = {valueRun(value(at), run(at) + run(next))};
                replace(at, 2, Bytes.wrap(joined));
            } else {
                at = next;
            }
        }
    }

    private void replace(int at, int count, Bytes runs) {
        int grown = runs.length() - count;
        byte[] changed = grown > 0 ? Arrays.copyOf(bytes, length + grown) : bytes;
        System.arraycopy(bytes, at + count, changed, at + runs.length(), length - at - count);
        runs.copyTo(changed, at);
        bytes = changed;
        length += grown;
    }

    private boolean isValue(int at) {
        return isValue(bytes[at]);
    }

    private int value(int at) {
        return value(bytes[at]);
    }

    private int run(int at) {
        return run(bytes[at], at + 1 < length ? bytes[at + 1] : 0);
    }

    private int size(int at) {
        return size(bytes[at]);
    }

    private static boolean isValue(byte run) {
        return run < 0;
    }

    private static int value(byte run) {
        return (run >> 2 & 0x1f) + 1;
    }

    private static int size(byte run) {
        return (run & 0xc0) == 0x40 ? 2 : 1;
    }

    private static int run(byte run, byte next) {
        if (isValue(run)) {
            return (run & 3) + 1;
        }
        return size(run) == 1 ? run + 1 : ((run & 0x3f) << 8 | next & 0xff) + 1;
    }

    /** Raises {@code registers} to those of a sparse counter; false if the string is none. */
    static boolean mergeInto(byte[] registers, Pages string) {
        int register = 0;
        int at = HyperLogLog.HEADER_BYTES;
        while (at < string.length() && register <= HyperLogLog.REGISTERS) {
            byte run = string.at(at);
            int end = register + run(run, string.at(at + 1));
            if (isValue(run)) {
                if (end > HyperLogLog.REGISTERS) {
                    break;
                }
                for (int i = register; i < end; i++) {
                    registers[i] = (byte) Math.max(registers[i], value(run));
                }
            }
            register = end;
            at += size(run);
        }
        return register == HyperLogLog.REGISTERS && at == string.length();
    }
}
