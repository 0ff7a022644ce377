package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.FieldDeadlines;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.Value;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A value as a payload: its type, its content, the version of the format, a checksum. Confined to one thread.
 *
 * <p>Every type has a plain form, one element after the other, which Redis turns into the form that its own settings ask
 * for. The packed forms would save it that work, but differ from release to release. The version is that of the oldest
 * release that knows what is written: Redis takes what is older than itself, and nothing newer.
 */
public final class RdbWriter {
    /** That of Redis 5. */
    static final int VERSION = 9;

    /** That of Redis 7.4. */
    static final int VERSION_OF_DEADLINES = 12;

    /** How many bytes of version and checksum end a payload. */
    static final int FOOTER_BYTES = 10;

    /** What counts more in the memory account is not even tried. */
    private static final long COST_MAX = Integer.MAX_VALUE - 1_024;

    private byte[] bytes;
    private int length;
    private int version = VERSION;

    private RdbWriter(int room) {
        this.bytes = new byte[room];
    }

    /** The payload of a string. */
    public static Bytes write(Bytes string) {
        RdbWriter writer = new RdbWriter(string.length() + 32);
        writer.type(RdbType.STRING);
        writer.string(string);
        return writer.finished();
    }

    /** The payload of anything else, without fields that are due; null if it would have more than {@code bytesMax}. */
    public static @Nullable Bytes write(Value value, long nowMillis, long bytesMax) {
        if (value.cost() > COST_MAX) {
            return null;
        }
        RdbWriter writer = new RdbWriter(256);
        writer.value(value, nowMillis);
        return writer.length > bytesMax - FOOTER_BYTES ? null : writer.finished();
    }

    private void value(Value value, long nowMillis) {
        switch (value) {
            case PagedString string -> {
                type(RdbType.STRING);
                string(string.whole());
            }
            case ListValue list -> {
                type(RdbType.LIST);
                number(list.size());
                for (Iterator<Bytes> elements = list.ascending(0); elements.hasNext(); ) {
                    string(elements.next());
                }
            }
            case SetValue set -> {
                type(RdbType.SET);
                number(set.size());
                set.forEach(this::string);
            }
            case SortedSetValue set -> {
                type(RdbType.SORTED_SET);
                number(set.size());
                set.forEach((member, score) -> {
                    string(member);
                    littleEndian(Double.doubleToRawLongBits(score), Double.BYTES);
                });
            }
            case HashValue hash -> hash(hash, nowMillis);
        }
    }

    private void hash(HashValue hash, long nowMillis) {
        long soonest = soonestDeadline(hash, nowMillis);
        if (soonest < FieldDeadlines.NEVER) {
            hashWithDeadlines(hash, soonest, nowMillis);
            return;
        }
        type(RdbType.HASH);
        number(hash.size() - hash.due(nowMillis));
        hash.forEach(hash.onlyLiving(nowMillis, this::strings));
    }

    private static long soonestDeadline(HashValue hash, long nowMillis) {
        long[] soonest = {FieldDeadlines.NEVER};
        hash.deadlines().forEach((field, deadline) -> {
            if (deadline > nowMillis) {
                soonest[0] = Math.min(soonest[0], (long) deadline);
            }
        });
        return soonest[0];
    }

    private void hashWithDeadlines(HashValue hash, long soonest, long nowMillis) {
        version = VERSION_OF_DEADLINES;
        type(RdbType.HASH_WITH_DEADLINES);
        littleEndian(soonest, Long.BYTES);
        number(hash.size() - hash.due(nowMillis));
        hash.forEach(hash.onlyLiving(nowMillis, (field, content) -> {
            long deadline = hash.deadline(field);
            number(deadline == FieldDeadlines.NEVER ? 0 : deadline - soonest + 1);
            strings(field, content);
        }));
    }

    private Bytes finished() {
        littleEndian(version, 2);
        littleEndian(Crc64.of(Bytes.wrap(bytes, 0, length)), Long.BYTES);
        return Bytes.wrap(bytes, 0, length);
    }

    private void type(RdbType type) {
        oneByte(type.code());
    }

    private void strings(Bytes field, Bytes content) {
        string(field);
        string(content);
    }

    private void string(Bytes string) {
        number(string.length());
        requireRoom(string.length());
        string.copyTo(bytes, length);
        length += string.length();
    }

    private void number(long value) {
        if (value < 1 << 6) {
            oneByte((int) value);
        } else if (value < 1 << 14) {
            oneByte((int) value >> 8 | 0x40);
            oneByte((int) value);
        } else if (value < 1L << 32) {
            oneByte(0x80);
            littleEndian(Long.reverseBytes(value) >>> 32, 4);
        } else {
            oneByte(0x81);
            littleEndian(Long.reverseBytes(value), Long.BYTES);
        }
    }

    private void littleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            oneByte((int) (value >>> 8 * i));
        }
    }

    private void oneByte(int value) {
        requireRoom(1);
        bytes[length++] = (byte) value;
    }

    private void requireRoom(int more) {
        if (more > bytes.length - length) {
            long room = Math.max(2L * bytes.length, (long) length + more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(room, Integer.MAX_VALUE - 64));
        }
    }
}
