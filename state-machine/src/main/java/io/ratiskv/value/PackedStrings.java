package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Strings one behind the other in one array: the length of each (varint), then its bytes. Stateless; any thread.
 *
 * <p>Arrays are never written again: a change makes a new one, which costs no more than the search that precedes it, and
 * lets replies and frozen views point into the old one.
 */
final class PackedStrings {
    static final byte[] NONE = {};

    private PackedStrings() {}

    /** Where the string that begins at {@code at} ends. */
    static int end(byte[] packed, int at) {
        int length = Varint.read(packed, at);
        return at + Varint.size(length) + length;
    }

    /** The string that begins at {@code at}. */
    static Bytes string(byte[] packed, int at) {
        int length = Varint.read(packed, at);
        return Bytes.wrap(packed, at + Varint.size(length), length);
    }

    /** Where the string begins, if it is the first of a group of {@code stride} strings; -1 if there is none. */
    static int find(byte[] packed, Bytes string, int stride) {
        byte[] wanted = string.array();
        int from = string.offset();
        int length = string.length();
        int at = 0;
        while (at < packed.length) {
            int itsLength = Varint.read(packed, at);
            int start = at + Varint.size(itsLength);
            if (itsLength == length && Arrays.equals(packed, start, start + length, wanted, from, from + length)) {
                return at;
            }
            at = start + itsLength;
            for (int i = 1; i < stride; i++) {
                at = end(packed, at);
            }
        }
        return -1;
    }

    /** Where the string of number {@code index} begins. */
    static int seek(byte[] packed, int index) {
        int at = 0;
        for (int i = 0; i < index; i++) {
            at = end(packed, at);
        }
        return at;
    }

    /** The strings from the one that begins at {@code from}. */
    static Iterator<Bytes> iterator(byte[] packed, int from) {
        return new Iterator<>() {
            private int at = from;

            @Override
            public boolean hasNext() {
                return at < packed.length;
            }

            @Override
            public Bytes next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Bytes string = string(packed, at);
                at = end(packed, at);
                return string;
            }
        };
    }

    /** An array with {@code strings} in place of the bytes {@code [from, to)}. */
    static byte[] splice(byte[] packed, int from, int to, Bytes... strings) {
        int more = 0;
        for (Bytes string : strings) {
            more = Math.addExact(more, size(string));
        }
        byte[] changed = new byte[Math.addExact(packed.length - (to - from), more)];
        System.arraycopy(packed, 0, changed, 0, from);
        int at = from;
        for (Bytes string : strings) {
            at = write(changed, at, string);
        }
        System.arraycopy(packed, to, changed, at, packed.length - to);
        return changed;
    }

    /** How many bytes the string takes. */
    static int size(Bytes string) {
        return Varint.size(string.length()) + string.length();
    }

    /** Returns where the next string goes. */
    static int write(byte[] target, int at, Bytes string) {
        int from = Varint.write(target, at, string.length());
        string.copyTo(target, from);
        return from + string.length();
    }

    /** Strings while they come. */
    static final class Builder {
        private byte[] packed = new byte[64];
        private int length;

        void add(Bytes string) {
            int end = Math.addExact(length, size(string));
            if (end > packed.length) {
                int roomy = (int) Math.min(Integer.MAX_VALUE - 64, Math.max(end, 2L * packed.length));
                packed = Arrays.copyOf(packed, roomy);
            }
            length = write(packed, length, string);
        }

        byte[] build() {
            return Arrays.copyOf(packed, length);
        }
    }
}
