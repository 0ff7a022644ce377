package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;

/** Elements one after the other as a listpack: {@link PackedElements#ofListpack} the other way round. Confined to one thread. */
final class ListpackWriter {
    /** A listpack counts no further. */
    private static final int UNCOUNTED = 0xffff;

    private static final int HEAD_BYTES = 6;

    private final RdbOutput elements = new RdbOutput(256);
    private int count;

    void add(long integer) {
        int before = elements.length();
        if (integer >= 0 && integer < 1 << 7) {
            elements.oneByte((int) integer);
        } else if (fits(integer, 13)) {
            elements.oneByte(0xc0 | (int) (integer >> 8) & 0x1f);
            elements.oneByte((int) integer);
        } else if (fits(integer, 16)) {
            integer(0xf1, integer, 2);
        } else if (fits(integer, 24)) {
            integer(0xf2, integer, 3);
        } else if (fits(integer, 32)) {
            integer(0xf3, integer, 4);
        } else {
            integer(0xf4, integer, 8);
        }
        end(before);
    }

    private static boolean fits(long integer, int bits) {
        return integer << Long.SIZE - bits >> Long.SIZE - bits == integer;
    }

    private void integer(int form, long integer, int bytes) {
        elements.oneByte(form);
        elements.littleEndian(integer, bytes);
    }

    void add(Bytes text) {
        int before = elements.length();
        int length = text.length();
        if (length < 1 << 6) {
            elements.oneByte(0x80 | length);
        } else if (length < 1 << 12) {
            elements.oneByte(0xe0 | length >> 8);
            elements.oneByte(length);
        } else {
            elements.oneByte(0xf0);
            elements.littleEndian(length, 4);
        }
        elements.raw(text);
        end(before);
    }

    private void end(int before) {
        int length = elements.length() - before;
        int bytes = PackedElements.backlengthBytes(length);
        for (int i = bytes - 1; i >= 0; i--) {
            elements.oneByte(length >>> 7 * i & 0x7f | (i == bytes - 1 ? 0 : 0x80));
        }
        count++;
    }

    /** What the listpack takes, but for its end. */
    int length() {
        return HEAD_BYTES + elements.length();
    }

    Bytes finished() {
        RdbOutput whole = new RdbOutput(length() + 1);
        whole.littleEndian(length() + 1, 4);
        whole.littleEndian(Math.min(count, UNCOUNTED), 2);
        whole.raw(elements.written());
        whole.oneByte(0xff);
        return whole.written();
    }
}
