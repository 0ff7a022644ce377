package io.ratiskv.value;

import io.ratiskv.api.BitOperation;
import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * What an operation makes of strings, page by page; a string that is shorter than another goes on with zero. Confined to
 * who may read the strings.
 *
 * @param sources one at least
 */
public record BitAlgebra(BitOperation operation, List<Pages> sources) {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** That of the longest source. */
    public int length() {
        int length = 0;
        for (Pages source : sources) {
            length = Math.max(length, source.length());
        }
        return length;
    }

    /** A page of the result, of {@code length} bytes. */
    public Bytes page(int index, int length) {
        byte[] result = new byte[length];
        switch (operation) {
            case AND -> {
                or(result, pageOf(0, index));
                for (int i = 1; i < sources.size(); i++) {
                    and(result, pageOf(i, index));
                }
            }
            case OR -> uniteFrom(0, index, result);
            case XOR -> {
                for (int i = 0; i < sources.size(); i++) {
                    xor(result, pageOf(i, index));
                }
            }
            case NOT -> {
                or(result, pageOf(0, index));
                invert(result);
            }
            case DIFF -> {
                uniteFrom(1, index, result);
                invert(result);
                and(result, pageOf(0, index));
            }
            case DIFF1 -> {
                uniteFrom(1, index, result);
                andNot(result, pageOf(0, index));
            }
            case ANDOR -> {
                uniteFrom(1, index, result);
                and(result, pageOf(0, index));
            }
            case ONE -> one(index, result);
        }
        return Bytes.wrap(result);
    }

    private Bytes pageOf(int source, int index) {
        Pages pages = sources.get(source);
        return index < pages.pageCount() ? pages.page(index) : Bytes.EMPTY;
    }

    private void uniteFrom(int source, int index, byte[] result) {
        for (int i = source; i < sources.size(); i++) {
            or(result, pageOf(i, index));
        }
    }

    private void one(int index, byte[] result) {
        byte[] twice = new byte[result.length];
        for (int i = 0; i < sources.size(); i++) {
            Bytes page = pageOf(i, index);
            byte[] common = result.clone();
            and(common, page);
            or(twice, Bytes.wrap(common));
            or(result, page);
        }
        andNot(result, Bytes.wrap(twice));
    }

    private static void and(byte[] result, Bytes page) {
        byte[] bytes = page.array();
        int from = page.offset();
        int at = 0;
        for (; at <= page.length() - 8; at += 8) {
            LONGS.set(result, at, (long) LONGS.get(result, at) & (long) LONGS.get(bytes, from + at));
        }
        for (; at < page.length(); at++) {
            result[at] &= bytes[from + at];
        }
        Arrays.fill(result, at, result.length, (byte) 0);
    }

    private static void andNot(byte[] result, Bytes page) {
        byte[] bytes = page.array();
        int from = page.offset();
        int at = 0;
        for (; at <= page.length() - 8; at += 8) {
            LONGS.set(result, at, (long) LONGS.get(result, at) & ~(long) LONGS.get(bytes, from + at));
        }
        for (; at < page.length(); at++) {
            result[at] &= (byte) ~bytes[from + at];
        }
    }

    private static void or(byte[] result, Bytes page) {
        byte[] bytes = page.array();
        int from = page.offset();
        int at = 0;
        for (; at <= page.length() - 8; at += 8) {
            LONGS.set(result, at, (long) LONGS.get(result, at) | (long) LONGS.get(bytes, from + at));
        }
        for (; at < page.length(); at++) {
            result[at] |= bytes[from + at];
        }
    }

    private static void xor(byte[] result, Bytes page) {
        byte[] bytes = page.array();
        int from = page.offset();
        int at = 0;
        for (; at <= page.length() - 8; at += 8) {
            LONGS.set(result, at, (long) LONGS.get(result, at) ^ (long) LONGS.get(bytes, from + at));
        }
        for (; at < page.length(); at++) {
            result[at] ^= bytes[from + at];
        }
    }

    private static void invert(byte[] result) {
        int at = 0;
        for (; at <= result.length - 8; at += 8) {
            LONGS.set(result, at, ~(long) LONGS.get(result, at));
        }
        for (; at < result.length; at++) {
            result[at] = (byte) ~result[at];
        }
    }
}
