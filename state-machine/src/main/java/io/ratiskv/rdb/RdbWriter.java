package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.FieldDeadlines;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.util.Iterator;
import java.util.List;
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

    /** That of Redis 7.0, before which streams did not count what was added to them. */
    static final int VERSION_OF_STREAMS = 10;

    /** That of Redis 7.2, before which consumers had one time. */
    static final int VERSION_OF_CONSUMERS = 11;

    /** That of Redis 7.4. */
    static final int VERSION_OF_DEADLINES = 12;

    /** How many bytes of version and checksum end a payload. */
    static final int FOOTER_BYTES = 10;

    /** What a library of functions begins with, in place of a type. */
    static final int FUNCTION = 245;

    /** What may take more, by the memory account, is not even tried. */
    private static final long COST_MAX = Integer.MAX_VALUE - 1_024;

    private static final int STEP_BYTES = 1 << 20;

    private final RdbOutput out;
    private final @Nullable Bytes key;
    private final int versionMax;
    private int version = VERSION;

    private RdbWriter(int room) {
        this(new RdbOutput(room), null, RdbPayload.VERSION_MAX);
    }

    /**
     * Writes a value into a file.
     *
     * @param key stands between type and content
     * @param versionMax of the file: what the form of a value could say in a newer one is left out
     */
    RdbWriter(RdbOutput out, @Nullable Bytes key, int versionMax) {
        this.out = out;
        this.key = key;
        this.versionMax = versionMax;
    }

    /** The payload of a string. */
    public static Bytes write(Bytes string) {
        RdbWriter writer = new RdbWriter(string.length() + 32);
        writer.string(string);
        return writer.finished();
    }

    /** The payload of anything else, without fields that are due; null if it would have more than {@code bytesMax}. */
    public static @Nullable Bytes write(Value value, long nowMillis, long bytesMax) {
        long most = value instanceof StreamValue stream ? StreamPayload.bytesMax(stream) : value.cost();
        if (most > COST_MAX) {
            return null;
        }
        RdbWriter writer = new RdbWriter(256);
        writer.value(value, nowMillis);
        return writer.out.length() > bytesMax - FOOTER_BYTES ? null : writer.finished();
    }

    /** The payload of libraries of functions, of which Redis keeps the sources. */
    public static Bytes writeFunctions(List<Bytes> sources) {
        RdbWriter writer = new RdbWriter(256);
        for (Bytes source : sources) {
            writer.out.oneByte(FUNCTION);
            writer.out.string(source);
        }
        return writer.finished();
    }

    void string(Bytes string) {
        type(RdbType.STRING);
        out.string(string);
    }

    void value(Value value, long nowMillis) {
        switch (value) {
            case PagedString string -> {
                type(RdbType.STRING);
                int length = string.pages().length();
                out.number(length);
                for (int from = 0; from < length; from += STEP_BYTES) {
                    out.raw(string.pages().slice(from, Math.min(STEP_BYTES, length - from)));
                }
            }
            case ListValue list -> {
                type(RdbType.LIST);
                out.number(list.size());
                for (Iterator<Bytes> elements = list.ascending(0); elements.hasNext(); ) {
                    out.string(elements.next());
                }
            }
            case SetValue set -> {
                type(RdbType.SET);
                out.number(set.size());
                set.forEach(out::string);
            }
            case SortedSetValue set -> {
                type(RdbType.SORTED_SET);
                out.number(set.size());
                set.forEach((member, score) -> {
                    out.string(member);
                    out.littleEndian(Double.doubleToRawLongBits(score), Double.BYTES);
                });
            }
            case HashValue hash -> hash(hash, nowMillis);
            case StreamValue stream -> {
                boolean hasConsumers = versionMax >= VERSION_OF_CONSUMERS && StreamPayload.hasConsumers(stream);
                version = hasConsumers ? VERSION_OF_CONSUMERS : VERSION_OF_STREAMS;
                type(hasConsumers ? RdbType.STREAM : RdbType.STREAM_BEFORE_72);
                StreamPayload.write(stream, hasConsumers, out);
            }
        }
    }

    private void hash(HashValue hash, long nowMillis) {
        long soonest = soonestDeadline(hash, nowMillis);
        if (soonest < FieldDeadlines.NEVER) {
            hashWithDeadlines(hash, soonest, nowMillis);
            return;
        }
        type(RdbType.HASH);
        out.number(hash.size() - hash.due(nowMillis));
        hash.forEach(hash.onlyLiving(nowMillis, this::strings));
    }

    /** {@link FieldDeadlines#NEVER} if no field expires. */
    static long soonestDeadline(HashValue hash, long nowMillis) {
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
        out.littleEndian(soonest, Long.BYTES);
        out.number(hash.size() - hash.due(nowMillis));
        hash.forEach(hash.onlyLiving(nowMillis, (field, content) -> {
            long deadline = hash.deadline(field);
            out.number(deadline == FieldDeadlines.NEVER ? 0 : deadline - soonest + 1);
            strings(field, content);
        }));
    }

    /** A payload of type and content, which the array begins with, and which end where the version begins. */
    static Bytes sealed(byte[] payload, int version) {
        int end = payload.length - FOOTER_BYTES;
        payload[end] = (byte) version;
        payload[end + 1] = (byte) (version >> 8);
        long crc = Crc64.of(Bytes.wrap(payload, 0, end + 2));
        for (int i = 0; i < Long.BYTES; i++) {
            payload[end + 2 + i] = (byte) (crc >>> 8 * i);
        }
        return Bytes.wrap(payload);
    }

    private Bytes finished() {
        out.littleEndian(version, 2);
        out.littleEndian(Crc64.of(out.written()), Long.BYTES);
        return out.written();
    }

    private void type(RdbType type) {
        out.oneByte(type.code());
        if (key != null) {
            out.string(key);
        }
    }

    private void strings(Bytes field, Bytes content) {
        out.string(field);
        out.string(content);
    }
}
