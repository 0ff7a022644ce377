package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Reply} ⇄ bytes as the state keeps them: a tag, then the reply's own fields, numbers as eight bytes, strings and
 * lists with their length (4 bytes) before them. Tags are append-only. Stateless; any thread.
 */
final class ReplyCodec {
    private static final int SIMPLE = 1;
    private static final int FAILURE = 2;
    private static final int INT = 3;
    private static final int BULK = 4;
    private static final int NULL = 5;
    private static final int NULL_ARRAY = 6;
    private static final int ARRAY = 7;
    private static final int MAP = 8;
    private static final int SET = 9;
    private static final int DECIMAL = 10;
    private static final int FALSE = 11;
    private static final int TRUE = 12;
    private static final int BIG_NUMBER = 13;
    private static final int VERBATIM = 14;

    /** A tag and a length. */
    private static final long FIELD = 5;

    private ReplyCodec() {}

    /** @throws IllegalArgumentException of what answers no request of the log */
    static Bytes encode(Reply reply) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, reply);
        return Bytes.wrap(out.toByteArray());
    }

    private static void write(ByteArrayOutputStream out, Reply reply) {
        switch (reply) {
            case Reply.Simple simple -> text(out, SIMPLE, simple.text());
            case Reply.Failure failure -> text(out, FAILURE, failure.text());
            case Reply.Int number -> eight(out, INT, number.value());
            case Reply.Bulk bulk -> {
                out.write(BULK);
                string(out, bulk.value());
            }
            case Reply.Null none -> out.write(none.array() ? NULL_ARRAY : NULL);
            case Reply.Array array -> list(out, ARRAY, array.elements());
            case Reply.Map map -> list(out, MAP, map.keysAndValues());
            case Reply.Set set -> list(out, SET, set.elements());
            case Reply.Decimal decimal -> eight(out, DECIMAL, Double.doubleToRawLongBits(decimal.value()));
            case Reply.Bool bool -> out.write(bool.value() ? TRUE : FALSE);
            case Reply.BigNumber number -> text(out, BIG_NUMBER, number.digits());
            case Reply.Verbatim verbatim -> {
                text(out, VERBATIM, verbatim.format());
                string(out, verbatim.text());
            }
            case Reply.Push push -> throw new IllegalArgumentException("a message answers nothing");
            case Reply.Blocked blocked -> throw new IllegalArgumentException("who waits is not answered yet");
        }
    }

    private static void text(ByteArrayOutputStream out, int tag, String text) {
        out.write(tag);
        string(out, Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void string(ByteArrayOutputStream out, Bytes bytes) {
        four(out, bytes.length());
        out.write(bytes.array(), bytes.offset(), bytes.length());
    }

    private static void list(ByteArrayOutputStream out, int tag, List<Reply> elements) {
        out.write(tag);
        four(out, elements.size());
        for (Reply element : elements) {
            write(out, element);
        }
    }

    private static void eight(ByteArrayOutputStream out, int tag, long value) {
        out.write(tag);
        four(out, (int) (value >>> 32));
        four(out, (int) value);
    }

    private static void four(ByteArrayOutputStream out, int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write(value >>> shift);
        }
    }

    /** Whether its bytes are more than {@code max}; looks no further than that. */
    static boolean isLonger(Reply reply, long max) {
        return length(reply, max) > max;
    }

    private static long length(Reply reply, long max) {
        return switch (reply) {
            case Reply.Simple simple -> FIELD + simple.text().length();
            case Reply.Failure failure -> FIELD + failure.text().length();
            case Reply.Bulk bulk -> FIELD + bulk.value().length();
            case Reply.BigNumber number -> FIELD + number.digits().length();
            case Reply.Verbatim verbatim -> 2 * FIELD + verbatim.text().length();
            case Reply.Array array -> length(array.elements(), max);
            case Reply.Map map -> length(map.keysAndValues(), max);
            case Reply.Set set -> length(set.elements(), max);
            case Reply.Push push -> length(push.elements(), max);
            case Reply.Int number -> 2 * FIELD;
            case Reply.Decimal decimal -> 2 * FIELD;
            case Reply.Null none -> 1;
            case Reply.Bool bool -> 1;
            case Reply.Blocked blocked -> 1;
        };
    }

    private static long length(List<Reply> elements, long max) {
        long sum = FIELD;
        for (int i = 0; i < elements.size() && sum <= max; i++) {
            sum += length(elements.get(i), max - sum);
        }
        return sum;
    }

    /** What {@link #encode} made of a reply. */
    static Reply decode(Bytes encoded) {
        return new Reader(encoded).reply();
    }

    private static final class Reader {
        private final Bytes source;
        private int at;

        Reader(Bytes source) {
            this.source = source;
        }

        Reply reply() {
            int tag = source.at(at++);
            return switch (tag) {
                case SIMPLE -> new Reply.Simple(string().utf8());
                case FAILURE -> new Reply.Failure(string().utf8());
                case INT -> Reply.of(eight());
                case BULK -> new Reply.Bulk(string());
                case NULL -> Reply.NULL;
                case NULL_ARRAY -> Reply.NULL_ARRAY;
                case ARRAY -> new Reply.Array(list());
                case MAP -> new Reply.Map(list());
                case SET -> new Reply.Set(list());
                case DECIMAL -> new Reply.Decimal(Double.longBitsToDouble(eight()));
                case FALSE -> new Reply.Bool(false);
                case TRUE -> new Reply.Bool(true);
                case BIG_NUMBER -> new Reply.BigNumber(string().utf8());
                case VERBATIM -> new Reply.Verbatim(string().utf8(), string());
                default -> throw new IllegalStateException("reply tag " + tag + " is unknown");
            };
        }

        private List<Reply> list() {
            int size = four();
            List<Reply> elements = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                elements.add(reply());
            }
            return elements;
        }

        private Bytes string() {
            int length = four();
            Bytes string = source.slice(at, length);
            at += length;
            return string;
        }

        private long eight() {
            return (long) four() << 32 | four() & 0xffffffffL;
        }

        private int four() {
            int value = 0;
            for (int i = 0; i < 4; i++) {
                value = value << 8 | source.at(at++) & 0xff;
            }
            return value;
        }
    }
}
