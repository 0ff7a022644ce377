package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Distinct elements counted approximately, in a string of Redis' form: which elements were seen is told by the highest
 * rank that each of 16384 registers met. Confined to who may read the string.
 *
 * <pre>
 *   0  HYLL
 *   4  form       1 byte: 0 dense, 1 sparse
 *   5  zero       3 bytes
 *   8  count      8 bytes, little-endian; the highest bit says that it is out of date
 *  16  registers  dense: 6 bits each, lowest first; sparse: {@link SparseRegisters}
 * </pre>
 *
 * <p>P. Flajolet, É. Fusy, O. Gandouet, F. Meunier: "HyperLogLog: the analysis of a near-optimal cardinality estimation
 * algorithm", AofA 2007; the estimate is that of Otmar Ertl: "New cardinality estimation algorithms for HyperLogLog
 * sketches", arXiv:1702.01284, sections 3 and 4, as in Redis since version 5.
 */
public record HyperLogLog(Pages string) {
    public static final int REGISTERS = 1 << 14;

    /** How long a dense one is. */
    public static final int DENSE_BYTES = 16 + REGISTERS * 6 / 8;

    /** Where {@link #staleness} goes when a register was raised. */
    public static final int STALENESS_AT = 15;

    static final int HEADER_BYTES = 16;

    private static final byte[] MAGIC = {'H', 'Y', 'L', 'L'};
    private static final int FORM_AT = 4;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int COUNT_AT = 8;

    private static final int REGISTER_BITS = 6;
    private static final int REGISTER_MAX = (1 << REGISTER_BITS) - 1;
    private static final long HASH_SEED = 0xadc83b19L;
    private static final int INDEX_BITS = 14;

    /** The highest rank that a hash can have. */
    private static final int RANK_MAX = 64 - INDEX_BITS + 1;

    /** 1 / (2 ln 2). */
    private static final double ALPHA = 0.7213475204444817;

    /**
     * What an element, or another counter, says to a register.
     *
     * @param rank the register is at least that high
     */
    public record Sighting(int register, int rank) {}

    /** Sparse, without an element; its count is that. */
    public static Bytes empty() {
        byte[] bytes = new byte[HEADER_BYTES + 2];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[FORM_AT] = SPARSE;
        bytes[HEADER_BYTES] = 0x7f;
        bytes[HEADER_BYTES + 1] = (byte) 0xff;
        return Bytes.wrap(bytes);
    }

    /** Which register an element belongs to, and how rare its hash is. */
    public static Sighting sighting(Bytes element) {
        long hash = MurmurHash.of(element, HASH_SEED);
        int rank = Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << (64 - INDEX_BITS)) + 1;
        return new Sighting((int) hash & (REGISTERS - 1), rank);
    }

    /** Whether the string begins as a counter does; what follows may still be none. */
    public boolean isOne() {
        if (string.length() < HEADER_BYTES) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (string.at(i) != MAGIC[i]) {
                return false;
            }
        }
        return switch (string.at(FORM_AT)) {
            case DENSE -> string.length() == DENSE_BYTES;
            case SPARSE -> true;
            default -> false;
        };
    }

    public boolean isDense() {
        return string.at(FORM_AT) == DENSE;
    }

    /** The count in the header, unless it is out of date. */
    public OptionalLong knownCount() {
        long count = 0;
        for (int i = 0; i < 8; i++) {
            count |= (string.at(COUNT_AT + i) & 0xffL) << (8 * i);
        }
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    // --- registers of the dense form ----------------------------------------------------------------------------

    public int register(int index) {
        int bit = index * REGISTER_BITS;
        int at = registerAt(index);
        return ((string.at(at) & 0xff) >>> (bit & 7) | (string.at(at + 1) & 0xff) << (8 - (bit & 7))) & REGISTER_MAX;
    }

    /** Where in the string the bytes of a register begin. */
    public static int registerAt(int index) {
        return HEADER_BYTES + index * REGISTER_BITS / 8;
    }

    /** The bytes of a register, one or two, with it set. */
    public Bytes withRegister(int index, int value) {
        int shift = index * REGISTER_BITS & 7;
        int at = registerAt(index);
        byte[] bytes = new byte[shift + REGISTER_BITS > 8 ? 2 : 1];
        bytes[0] = (byte) (string.at(at) & ~(REGISTER_MAX << shift) | value << shift);
        if (bytes.length == 2) {
            int left = 8 - shift;
            bytes[1] = (byte) (string.at(at + 1) & ~(REGISTER_MAX >>> left) | value >>> left);
        }
        return Bytes.wrap(bytes);
    }

    // --- the whole ----------------------------------------------------------------------------------------------

    /** Raises {@code registers} to those of this; false if the string is none after all. */
    public boolean mergeInto(byte[] registers) {
        if (!isDense()) {
            return SparseRegisters.mergeInto(registers, string);
        }
        byte[] dense = string.copy(0, DENSE_BYTES);
        int at = HEADER_BYTES;
        for (int i = 0; i < REGISTERS; i += 4) {
            int four = dense[at++] & 0xff | (dense[at++] & 0xff) << 8 | (dense[at++] & 0xff) << 16;
            for (int j = 0; j < 4; j++) {
                int register = four >>> REGISTER_BITS * j & REGISTER_MAX;
                if (register > registers[i + j]) {
                    registers[i + j] = (byte) register;
                }
            }
        }
        return true;
    }

    /** The dense form of registers, with the header of this. */
    public Bytes dense(byte[] registers) {
        byte[] bytes = Arrays.copyOf(string.copy(0, HEADER_BYTES), DENSE_BYTES);
        bytes[FORM_AT] = DENSE;
        for (int i = 0; i < REGISTERS; i++) {
            int shift = i * REGISTER_BITS & 7;
            int at = registerAt(i);
            bytes[at] |= (byte) (registers[i] << shift);
            if (shift + REGISTER_BITS > 8) {
                bytes[at + 1] |= (byte) (registers[i] >>> (8 - shift));
            }
        }
        return Bytes.wrap(bytes);
    }

    /** The byte that says the count is out of date. */
    public Bytes staleness() {
        return Bytes.wrap(new byte[] {(byte) (string.at(STALENESS_AT) | 0x80)});
    }

    // --- the estimate -------------------------------------------------------------------------------------------

    /** How many elements these registers have seen, as far as they can tell. */
    public static long estimate(byte[] registers) {
        int[] histogram = new int[REGISTER_MAX + 1];
        for (byte register : registers) {
            histogram[register]++;
        }
        double m = REGISTERS;
        double z = m * tau((m - histogram[RANK_MAX]) / m);
        for (int rank = RANK_MAX - 1; rank >= 1; rank--) {
            z = (z + histogram[rank]) * 0.5;
        }
        z += m * sigma(histogram[0] / m);
        double estimate = ALPHA * m * m / z;
        // Only registers that no element raised can tell of so many: Redis says so.
        return estimate >= 0x1p63 ? Long.MIN_VALUE : Math.round(estimate);
    }

    private static double sigma(double x) {
        if (x == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = x;
        double weight = 1;
        double sum = x;
        double before;
        do {
            power *= power;
            before = sum;
            sum += power * weight;
            weight += weight;
        } while (before != sum);
        return sum;
    }

    private static double tau(double x) {
        if (x == 0 || x == 1) {
            return 0;
        }
        double root = x;
        double weight = 1;
        double sum = 1 - x;
        double before;
        do {
            root = Math.sqrt(root);
            before = sum;
            weight *= 0.5;
            sum -= (1 - root) * (1 - root) * weight;
        } while (before != sum);
        return sum / 3;
    }
}
