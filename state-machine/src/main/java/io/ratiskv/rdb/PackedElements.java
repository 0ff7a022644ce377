package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The forms in which Redis keeps few elements in one string: they are taken apart, and what does not fit together is
 * refused. Stateless; any thread.
 */
final class PackedElements {
    private static final int END = 0xff;

    /** A listpack or ziplist counts no further. */
    private static final int UNCOUNTED = 0xffff;

    private PackedElements() {}

    // --- listpack -----------------------------------------------------------------------------------------------

    /**
     * <pre>
     *   whole length (4), number of elements (2), elements, ff
     *   element: its form, its bytes, the length of both backwards
     * </pre>
     */
    static List<Bytes> ofListpack(Bytes packed) throws PayloadException {
        RdbInput in = new RdbInput(packed);
        requireWhole(packed, in.littleEndian(4));
        long announced = in.littleEndian(2) & 0xffff;
        List<Bytes> elements = new ArrayList<>();
        for (int first = in.oneByte(); first != END; first = in.oneByte()) {
            int before = in.remaining() + 1;
            elements.add(listpackElement(in, first));
            skipBacklength(in, before - in.remaining());
        }
        requireEnd(in, announced, elements.size());
        return elements;
    }

    private static Bytes listpackElement(RdbInput in, int first) throws PayloadException {
        if (first < 0x80) {
            return Bytes.of(first);
        }
        if (first < 0xc0) {
            return in.take(first & 0x3f);
        }
        if (first < 0xe0) {
            // 13 bits, the highest of them the sign.
            long value = (first & 0x1fL) << 8 | in.oneByte();
            return Bytes.of(value << 51 >> 51);
        }
        if (first < 0xf0) {
            return in.take((first & 0x0fL) << 8 | in.oneByte());
        }
        return switch (first) {
            case 0xf0 -> in.take(in.littleEndian(4) & 0xffffffffL);
            case 0xf1 -> Bytes.of(in.littleEndian(2));
            case 0xf2 -> Bytes.of(in.littleEndian(3));
            case 0xf3 -> Bytes.of(in.littleEndian(4));
            case 0xf4 -> Bytes.of(in.littleEndian(8));
            default -> throw new PayloadException("no element begins with " + first);
        };
    }

    /** Seven bits a byte, the lowest last; all bytes but the first have their highest bit set. */
    private static void skipBacklength(RdbInput in, long length) throws PayloadException {
        int count = backlengthBytes(length);
        for (int i = count - 1; i >= 0; i--) {
            long expected = length >>> 7 * i & 0x7f | (i == count - 1 ? 0 : 0x80);
            if (in.oneByte() != expected) {
                throw new PayloadException("an element has another length backwards");
            }
        }
    }

    static int backlengthBytes(long length) {
        return length <= 127 ? 1 : length < 16_383 ? 2 : length < 2_097_151 ? 3 : length < 268_435_455 ? 4 : 5;
    }

    // --- ziplist, before Redis 7 --------------------------------------------------------------------------------

    /**
     * <pre>
     *   whole length (4), where the last element begins (4), number of elements (2), elements, ff
     *   element: length of the one before (1, or fe and 4), its form, its bytes
     * </pre>
     */
    static List<Bytes> ofZiplist(Bytes packed) throws PayloadException {
        RdbInput in = new RdbInput(packed);
        requireWhole(packed, in.littleEndian(4));
        long lastAt = in.littleEndian(4);
        long announced = in.littleEndian(2) & 0xffff;
        List<Bytes> elements = new ArrayList<>();
        int previousAt = packed.length() - in.remaining();
        int at = previousAt;
        for (int first = in.oneByte(); first != END; first = in.oneByte()) {
            long previousLength = first == 0xfe ? in.littleEndian(4) : first;
            if (previousLength != at - previousAt) {
                throw new PayloadException("an element has another length backwards");
            }
            elements.add(ziplistElement(in));
            previousAt = at;
            at = packed.length() - in.remaining();
        }
        if (lastAt != previousAt) {
            throw new PayloadException("the last element is elsewhere");
        }
        requireEnd(in, announced, elements.size());
        return elements;
    }

    private static Bytes ziplistElement(RdbInput in) throws PayloadException {
        int form = in.oneByte();
        return switch (form >> 6) {
            case 0 -> in.take(form & 0x3f);
            case 1 -> in.take((form & 0x3fL) << 8 | in.oneByte());
            case 2 -> {
                if (form != 0x80) {
                    throw new PayloadException("no element has the form " + form);
                }
                yield in.take(in.bigEndian(4));
            }
            default -> Bytes.of(ziplistInteger(in, form));
        };
    }

    private static long ziplistInteger(RdbInput in, int form) throws PayloadException {
        return switch (form) {
            case 0xc0 -> in.littleEndian(2);
            case 0xd0 -> in.littleEndian(4);
            case 0xe0 -> in.littleEndian(8);
            case 0xf0 -> in.littleEndian(3);
            case 0xfe -> in.littleEndian(1);
            default -> {
                if (form < 0xf1 || form > 0xfd) {
                    throw new PayloadException("no element has the form " + form);
                }
                yield form - 0xf1;
            }
        };
    }

    private static void requireWhole(Bytes packed, long announced) throws PayloadException {
        if ((announced & 0xffffffffL) != packed.length()) {
            throw new PayloadException("of " + announced + " bytes there are " + packed.length());
        }
    }

    private static void requireEnd(RdbInput in, long announced, int count) throws PayloadException {
        if (in.hasMore()) {
            throw new PayloadException("bytes follow the end");
        }
        if (announced != UNCOUNTED && announced != count) {
            throw new PayloadException("of " + announced + " elements there are " + count);
        }
    }

    // --- intset and zipmap --------------------------------------------------------------------------------------

    /** Width in bytes (4), number of integers (4), the integers, ascending. */
    static List<Bytes> ofIntset(Bytes packed) throws PayloadException {
        RdbInput in = new RdbInput(packed);
        long width = in.littleEndian(4);
        long count = in.littleEndian(4) & 0xffffffffL;
        if (width != 2 && width != 4 && width != 8 || count != in.remaining() / width || count == 0) {
            throw new PayloadException(count + " integers of " + width + " bytes are not " + in.remaining() + " bytes");
        }
        List<Bytes> integers = new ArrayList<>();
        long before = Long.MIN_VALUE;
        for (long i = 0; i < count; i++) {
            long next = in.littleEndian((int) width);
            if (i > 0 && next <= before) {
                throw new PayloadException(next + " comes behind " + before);
            }
            integers.add(Bytes.of(next));
            before = next;
        }
        if (in.hasMore()) {
            throw new PayloadException("bytes follow the end");
        }
        return integers;
    }

    /**
     * Before Redis 2.6: a number that does not matter (1), fields and values, ff.
     *
     * <pre>
     *   field: length (1, or fe and 4), bytes; value: length, how many bytes behind it are free (1), bytes
     * </pre>
     */
    static List<Bytes> ofZipmap(Bytes packed) throws PayloadException {
        RdbInput in = new RdbInput(packed);
        in.oneByte();
        List<Bytes> fieldsAndValues = new ArrayList<>();
        for (int first = in.oneByte(); first != END; first = in.oneByte()) {
            fieldsAndValues.add(in.take(zipmapLength(in, first)));
            long length = zipmapLength(in, in.oneByte());
            int free = in.oneByte();
            fieldsAndValues.add(in.take(length));
            in.take(free);
        }
        if (in.hasMore()) {
            throw new PayloadException("bytes follow the end");
        }
        return fieldsAndValues;
    }

    private static long zipmapLength(RdbInput in, int first) throws PayloadException {
        if (first == END) {
            throw new PayloadException("a field without a value");
        }
        return first == 0xfe ? in.littleEndian(4) & 0xffffffffL : first;
    }
}
