package io.ratiskv.resp;

import io.netty.buffer.ByteBuf;
import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection → its requests. Confined to the event loop.
 *
 * <p>What one read brought is copied once out of the socket's buffer into an array that all its requests share as
 * slices. Only a bulk that is large and not wholly there gets an array of its own, which grows with the bytes that
 * arrive, never with the length that was announced. Between requests nothing is held.
 *
 * <p>Limits, tolerance and error texts are those of Redis' {@code processMultibulkBuffer} and
 * {@code processInlineBuffer}: the line feed behind a carriage return and the two bytes behind a bulk are skipped
 * unseen, and counts of zero or below are no request.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP specification</a>.
 */
final class RespDecoder {
    /** The longest header or inline line, as Redis' {@code PROTO_INLINE_MAX_SIZE}. */
    static final int LINE_BYTES_MAX = 64 * 1024;

    static final int UNAUTHENTICATED_WORDS_MAX = 10;
    static final int UNAUTHENTICATED_BULK_BYTES_MAX = 16 * 1024;

    /** From this length on an unfinished bulk has its own array. */
    static final int LARGE_BYTES = 32 * 1024;

    private static final int FIRST_BYTES = 4 * 1024;

    /** How much a large bulk's array may exceed what has arrived: the price of few copies. */
    private static final int GROWTH = 4;

    /** A {@link Bytes} and its place in the array of words. */
    private static final int WORD_OVERHEAD_BYTES = 32;

    private static final Bytes[] NO_WORDS = {};
    private static final byte[] NOTHING = {};

    private final RequestSink sink;
    private final int bulkBytesMax;

    /** What the words of one request may take together, so that they and their encoding can be held. */
    private final long requestBytesMax;

    /** What was read and not understood yet: the beginning of a line or of a small bulk. */
    private byte[] carried = NOTHING;

    private int carriedFrom;

    /** Words still to come of the request under way; 0 between requests. */
    private int wordsMissing;

    private Bytes[] words = NO_WORDS;
    private int wordCount;

    /** Announced so far by the request under way, its words' own cost included. */
    private long requestBytes;

    /** The announced length of the bulk under way, -1 while its header is to come. */
    private int bulkLength = -1;

    private byte @Nullable [] large;
    private int largeFilled;

    /** Of the two bytes behind a large bulk, how many are still to be skipped. */
    private int terminatorMissing;

    private boolean broken;

    /** The arrays that the words of the request under way are slices of. */
    private long sharedBytes;

    /** Second result of {@link #integer}: where the line ends. */
    private int next;

    /** @param bulkBytesMax the longest word a client may send */
    RespDecoder(RequestSink sink, int bulkBytesMax) {
        this.sink = sink;
        this.bulkBytesMax = bulkBytesMax;
        this.requestBytesMax = Math.min(1L << 30, 2L * bulkBytesMax);
    }

    /** Memory that the unfinished request holds, in bytes; 0 between requests. */
    long heldBytes() {
        return sharedBytes
                + carried.length
                + (long) wordCount * WORD_OVERHEAD_BYTES
                + (large == null ? 0 : large.length);
    }

    /** True once the stream was given up. */
    boolean broken() {
        return broken;
    }

    /** Takes all readable bytes and hands every request that is now complete to the sink. */
    void decode(ByteBuf in) {
        if (large != null || terminatorMissing > 0) {
            continueLarge(in);
        }
        int fresh = in.readableBytes();
        if (fresh == 0 || broken) {
            in.skipBytes(fresh);
            return;
        }
        int kept = carried.length - carriedFrom;
        byte[] bytes = new byte[kept + fresh];
        System.arraycopy(carried, carriedFrom, bytes, 0, kept);
        in.readBytes(bytes, kept, fresh);
        carried = NOTHING;
        carriedFrom = 0;

        int rest = parse(bytes);
        if (broken) {
            forget();
            return;
        }
        keep(bytes, rest);
        if (wordsMissing > 0) {
            sharedBytes += bytes.length;
        }
    }

    private void keep(byte[] bytes, int from) {
        int length = bytes.length - from;
        if (length == 0) {
            return;
        }
        // A short rest must not keep a long array alive.
        boolean copies = wordCount == 0 && length < bytes.length / 2;
        carried = copies ? Arrays.copyOfRange(bytes, from, bytes.length) : bytes;
        carriedFrom = copies ? 0 : from;
    }

    /** Returns how far the bytes were understood. */
    private int parse(byte[] bytes) {
        int position = 0;
        int end = bytes.length;
        while (position < end && !broken) {
            int after = wordsMissing > 0
                    ? bulk(bytes, position, end)
                    : bytes[position] == '*' ? count(bytes, position, end) : inline(bytes, position, end);
            if (after < 0) {
                return position;
            }
            position = after;
        }
        return position;
    }

    /** {@code *3\r\n}. Returns the position behind it, -1 if more must come. */
    private int count(byte[] bytes, int from, int end) {
        long count = integer(bytes, from + 1, end);
        if (next < 0) {
            if (end - from > LINE_BYTES_MAX) {
                fail("too big mbulk count string");
            }
            return -1;
        }
        if (count == NOT_AN_INTEGER || count > Integer.MAX_VALUE) {
            return fail("invalid multibulk length");
        }
        if (count > UNAUTHENTICATED_WORDS_MAX && !sink.authenticated()) {
            return fail("unauthenticated multibulk length");
        }
        if (count > 0) {
            wordsMissing = (int) count;
            requestBytes = 0;
            words = new Bytes[(int) Math.min(count, 1024)];
            wordCount = 0;
        }
        return next;
    }

    /** {@code $3\r\nfoo\r\n}. Returns the position behind it, -1 if more must come. */
    private int bulk(byte[] bytes, int from, int end) {
        int position = from;
        if (bulkLength < 0) {
            long length = integer(bytes, from + 1, end);
            if (next < 0) {
                if (end - from > LINE_BYTES_MAX) {
                    fail("too big bulk count string");
                }
                return -1;
            }
            if (bytes[from] != '$') {
                return fail("expected '$', got '" + printable(bytes[from]) + "'");
            }
            if (length < 0 || length > bulkBytesMax) {
                return fail("invalid bulk length");
            }
            if (length > UNAUTHENTICATED_BULK_BYTES_MAX && !sink.authenticated()) {
                return fail("unauthenticated bulk length");
            }
            requestBytes += length + WORD_OVERHEAD_BYTES;
            if (requestBytes > requestBytesMax) {
                return fail("too big request");
            }
            bulkLength = (int) length;
            position = next;
        }
        int available = end - position;
        if (available - 2 >= bulkLength) {
            int after = position + bulkLength + 2;
            Bytes word = Bytes.wrap(bytes, position, bulkLength);
            bulkLength = -1;
            word(word);
            return after;
        }
        if (bulkLength >= LARGE_BYTES) {
            beginLarge(bytes, position, Math.min(available, bulkLength));
            terminatorMissing = 2 - Math.max(0, available - bulkLength);
            return end;
        }
        if (position == from) {
            return -1;
        }
        return position;
    }

    private void word(Bytes word) {
        if (wordCount == words.length) {
            words = Arrays.copyOf(words, (int) Math.min((long) wordCount * 2, (long) wordCount + wordsMissing));
        }
        words[wordCount++] = word;
        if (--wordsMissing == 0) {
            Bytes[] request = words;
            words = NO_WORDS;
            wordCount = 0;
            sharedBytes = 0;
            sink.request(request);
        }
    }

    private void beginLarge(byte[] bytes, int from, int length) {
        byte[] array = new byte[Math.min(bulkLength, Math.max(FIRST_BYTES, length))];
        System.arraycopy(bytes, from, array, 0, length);
        large = array;
        largeFilled = length;
    }

    private void continueLarge(ByteBuf in) {
        byte[] array = large;
        if (array != null) {
            int take = Math.min(in.readableBytes(), bulkLength - largeFilled);
            if (take > array.length - largeFilled) {
                long grown = Math.max((long) array.length * GROWTH, (long) largeFilled + take);
                array = Arrays.copyOf(array, (int) Math.min(grown, bulkLength));
                large = array;
            }
            in.readBytes(array, largeFilled, take);
            largeFilled += take;
            if (largeFilled < bulkLength) {
                return;
            }
        }
        int skip = Math.min(in.readableBytes(), terminatorMissing);
        in.skipBytes(skip);
        terminatorMissing -= skip;
        if (terminatorMissing > 0 || array == null) {
            return;
        }
        large = null;
        bulkLength = -1;
        word(Bytes.wrap(array));
        if (wordsMissing > 0) {
            sharedBytes += array.length;
        }
    }

    /** A line of words. Returns the position behind it, -1 if more must come. */
    private int inline(byte[] bytes, int from, int end) {
        int lineFeed = from;
        while (lineFeed < end && bytes[lineFeed] != '\n') {
            lineFeed++;
        }
        if (lineFeed == end) {
            if (end - from > LINE_BYTES_MAX) {
                fail("too big inline request");
            }
            return -1;
        }
        int lineEnd = lineFeed > from && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        Bytes[] line = InlineWords.split(bytes, from, lineEnd);
        if (line == null) {
            return fail("unbalanced quotes in request");
        }
        if (line.length > 0) {
            if (line[0].equalsIgnoreCase("POST") || line[0].equalsIgnoreCase("HOST:")) {
                broken = true;
                sink.crossProtocol(line[0].latin1());
                return end;
            }
            if (line.length > UNAUTHENTICATED_WORDS_MAX && !sink.authenticated()) {
                return fail("unauthenticated multibulk length");
            }
            sink.request(line);
        }
        return lineFeed + 1;
    }

    private static final long NOT_AN_INTEGER = Long.MIN_VALUE;

    /**
     * The decimal between {@code from} and the next carriage return, {@link #NOT_AN_INTEGER} if it is none by the
     * rules of Redis' {@code string2ll}; sets {@link #next} to the start of the following line, -1 if the line's end
     * has not arrived.
     */
    private long integer(byte[] bytes, int from, int end) {
        int i = from;
        long value = 0;
        // At most nine digits and no sign: nearly every line there is.
        while (i < end && i - from < 9) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            i++;
        }
        if (i + 1 < end && bytes[i] == '\r' && i > from && (bytes[from] != '0' || i == from + 1)) {
            next = i + 2;
            return value;
        }
        while (i < end && bytes[i] != '\r') {
            i++;
        }
        if (i + 1 >= end) {
            next = -1;
            return NOT_AN_INTEGER;
        }
        next = i + 2;
        return strictInteger(bytes, from, i);
    }

    private static long strictInteger(byte[] bytes, int from, int to) {
        int digits = to - from;
        if (digits == 0 || digits > 20) {
            return NOT_AN_INTEGER;
        }
        String text = new String(bytes, from, digits, StandardCharsets.ISO_8859_1);
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException notDecimal) {
            return NOT_AN_INTEGER;
        }
        // "+1", "01", "-0" and digits of other scripts are refused.
        return Long.toString(value).equals(text) ? value : NOT_AN_INTEGER;
    }

    private int fail(String problem) {
        broken = true;
        sink.malformed("ERR Protocol error: " + problem);
        return -1;
    }

    private static char printable(byte b) {
        return b >= 32 && b < 127 ? (char) b : '?';
    }

    /** Drops the unfinished request. */
    void forget() {
        broken = true;
        carried = NOTHING;
        carriedFrom = 0;
        words = NO_WORDS;
        wordCount = 0;
        wordsMissing = 0;
        large = null;
        terminatorMissing = 0;
        bulkLength = -1;
        sharedBytes = 0;
    }
}
