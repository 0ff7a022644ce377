package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.SortedSetBuilder;
import io.ratiskv.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A payload as a client gives it, whoever made it: whatever the bytes are, they are a value or refused. Confined to one
 * thread.
 *
 * <p>Values come in the shape that the settings here give to one of their size. What Redis leaves to a setting is always
 * done: packed forms are taken apart, so that nothing is believed that does not fit together.
 */
public final class RdbPayload {
    /** The newest version that is believed to say the same of the types known here: that of Redis 7.4 to 8.2. */
    static final int VERSION_MAX = 12;

    /** What a payload says of a field that does not expire. */
    private static final long NO_DEADLINE = 0;

    private static final long DEADLINE_MAX = (1L << 48) - 2;

    /** Such lengths and longer of a score as text are none. */
    static final int TEXT_NAN = 253;

    private static final int TEXT_INFINITY = 254;
    private static final int TEXT_MINUS_INFINITY = 255;

    /** What a library of functions began with before Redis 7. */
    private static final int FUNCTION_OF_CANDIDATES = 246;

    /** How a list says that a node is one element as it is, and that it is many packed. */
    private static final int NODE_PLAIN = 1;

    private static final int NODE_PACKED = 2;

    private final RdbInput in;

    private RdbPayload(RdbInput in) {
        this.in = in;
    }

    /** The payload, if its version is known and its checksum holds; null otherwise. */
    public static @Nullable RdbPayload open(Bytes bytes) {
        int end = bytes.length() - RdbWriter.FOOTER_BYTES;
        if (end < 0) {
            return null;
        }
        int version = bytes.at(end) & 0xff | (bytes.at(end + 1) & 0xff) << 8;
        if (version > VERSION_MAX || Crc64.of(bytes.slice(0, end + 2)) != checksum(bytes, end + 2)) {
            return null;
        }
        return new RdbPayload(new RdbInput(bytes.slice(0, end)));
    }

    private static long checksum(Bytes bytes, int at) {
        long checksum = 0;
        for (int i = 0; i < 8; i++) {
            checksum |= (bytes.at(at + i) & 0xffL) << 8 * i;
        }
        return checksum;
    }

    /**
     * Reads sources of libraries of functions, to the end; once.
     *
     * @throws PayloadException if there is anything else
     */
    public List<Bytes> functions() throws PayloadException {
        List<Bytes> sources = new ArrayList<>();
        while (in.hasMore()) {
            int type = in.oneByte();
            if (type == FUNCTION_OF_CANDIDATES) {
                throw new PayloadException("Pre-GA function format not supported");
            }
            if (type != RdbWriter.FUNCTION) {
                throw new PayloadException("given type is not a function");
            }
            try {
                sources.add(in.string());
            } catch (PayloadException e) {
                throw new PayloadException("failed loading the given functions payload", e);
            }
        }
        return sources;
    }

    /** What a payload holds. Immutable. */
    public sealed interface Content {}

    /** A string. */
    public record Text(Bytes string) implements Content {}

    /** Anything else; never empty. */
    public record Other(Value value) implements Content {}

    /**
     * Reads the value; once.
     *
     * @throws PayloadException if there is none
     */
    public Content read(Shapes shapes) throws PayloadException {
        RdbType type = RdbType.of(in.oneByte());
        if (type == null) {
            throw new PayloadException("a type that is not known");
        }
        return switch (type) {
            case STRING -> new Text(in.string());
            case LIST -> list(strings(1), shapes);
            case LIST_ZIPLIST -> list(PackedElements.ofZiplist(in.string()), shapes);
            case LIST_OF_ZIPLISTS, LIST_OF_LISTPACKS -> list(nodes(type), shapes);
            case SET -> set(strings(1), shapes);
            case SET_INTSET -> set(PackedElements.ofIntset(in.string()), shapes);
            case SET_LISTPACK -> set(PackedElements.ofListpack(in.string()), shapes);
            case HASH -> hash(strings(2), shapes);
            case HASH_ZIPMAP -> hash(PackedElements.ofZipmap(in.string()), shapes);
            case HASH_ZIPLIST -> hash(PackedElements.ofZiplist(in.string()), shapes);
            case HASH_LISTPACK -> hash(PackedElements.ofListpack(in.string()), shapes);
            case HASH_WITH_DEADLINES -> hashWithDeadlines(shapes);
            case HASH_LISTPACK_WITH_DEADLINES -> packedHashWithDeadlines(shapes);
            case SORTED_SET, SORTED_SET_OF_TEXTS -> sortedSet(type, shapes);
            case SORTED_SET_ZIPLIST -> sortedSet(PackedElements.ofZiplist(in.string()), shapes);
            case SORTED_SET_LISTPACK -> sortedSet(PackedElements.ofListpack(in.string()), shapes);
            case STREAM_WITHOUT_COUNTS, STREAM_BEFORE_72, STREAM -> new Other(StreamPayload.read(type, in, shapes));
        };
    }

    /** Strings behind the number of elements, of which each is so many. */
    private List<Bytes> strings(int each) throws PayloadException {
        int count = in.count(each);
        List<Bytes> strings = new ArrayList<>();
        for (int i = 0; i < count * each; i++) {
            strings.add(in.string());
        }
        return strings;
    }

    // --- lists --------------------------------------------------------------------------------------------------

    private List<Bytes> nodes(RdbType type) throws PayloadException {
        boolean listpacks = type == RdbType.LIST_OF_LISTPACKS;
        int count = in.count(listpacks ? 2 : 1);
        List<Bytes> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long container = listpacks ? in.length() : NODE_PACKED;
            Bytes node = in.string();
            if (node.isEmpty() || container != NODE_PLAIN && container != NODE_PACKED) {
                throw new PayloadException("no node is of the kind " + container);
            }
            if (container == NODE_PLAIN) {
                elements.add(node);
            } else {
                elements.addAll(listpacks ? PackedElements.ofListpack(node) : PackedElements.ofZiplist(node));
            }
        }
        return elements;
    }

    private static Content list(List<Bytes> elements, Shapes shapes) throws PayloadException {
        return notEmpty(ListValue.empty().push(ListEnd.TAIL, elements, shapes));
    }

    // --- sets and hashes ----------------------------------------------------------------------------------------

    private static Content set(List<Bytes> members, Shapes shapes) throws PayloadException {
        if (members.isEmpty()) {
            throw new PayloadException("no member");
        }
        SetValue set = SetValue.empty(members.getFirst(), members.size(), shapes);
        for (Bytes member : members) {
            set = set.add(member, shapes);
        }
        requireDistinct(members.size(), set.size());
        return new Other(set);
    }

    private static Content hash(List<Bytes> fieldsAndValues, Shapes shapes) throws PayloadException {
        if (fieldsAndValues.size() % 2 != 0) {
            throw new PayloadException("a field without a value");
        }
        HashValue hash = HashValue.empty();
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            hash = hash.put(fieldsAndValues.get(i), fieldsAndValues.get(i + 1), shapes);
        }
        requireDistinct(fieldsAndValues.size() / 2, hash.size());
        return notEmpty(hash);
    }

    private Content hashWithDeadlines(Shapes shapes) throws PayloadException {
        long start = in.littleEndian(Long.BYTES);
        int count = in.count(3);
        HashValue hash = HashValue.empty();
        for (int i = 0; i < count; i++) {
            long sinceStart = in.length();
            long deadline = sinceStart == 0 ? NO_DEADLINE : start + sinceStart - 1;
            hash = put(hash, in.string(), in.string(), deadline, shapes);
        }
        requireDistinct(count, hash.size());
        return notEmpty(hash);
    }

    private Content packedHashWithDeadlines(Shapes shapes) throws PayloadException {
        // The first of the deadlines, which are told in full.
        in.littleEndian(Long.BYTES);
        List<Bytes> parts = PackedElements.ofListpack(in.string());
        if (parts.size() % 3 != 0) {
            throw new PayloadException("a field without a value or a deadline");
        }
        HashValue hash = HashValue.empty();
        for (int i = 0; i < parts.size(); i += 3) {
            long deadline = Numeral.parseLong(parts.get(i + 2)).orElse(-1);
            hash = put(hash, parts.get(i), parts.get(i + 1), deadline, shapes);
        }
        requireDistinct(parts.size() / 3, hash.size());
        return notEmpty(hash);
    }

    private static HashValue put(HashValue hash, Bytes field, Bytes value, long deadline, Shapes shapes)
            throws PayloadException {
        if (deadline < 0 || deadline > DEADLINE_MAX) {
            throw new PayloadException("no field expires at " + deadline);
        }
        HashValue changed = hash.put(field, value, shapes);
        return deadline == NO_DEADLINE ? changed : changed.withDeadline(field, deadline, shapes);
    }

    private static void requireDistinct(int given, int kept) throws PayloadException {
        if (given != kept) {
            throw new PayloadException("of " + given + " members " + kept + " are distinct");
        }
    }

    private static Content notEmpty(Value value) throws PayloadException {
        if (value.isEmpty()) {
            throw new PayloadException("no element");
        }
        return new Other(value);
    }

    // --- sorted sets --------------------------------------------------------------------------------------------

    private Content sortedSet(RdbType type, Shapes shapes) throws PayloadException {
        int count = in.count(2);
        SortedSetBuilder set = new SortedSetBuilder(shapes);
        for (int i = 0; i < count; i++) {
            Bytes member = in.string();
            add(set, member, type == RdbType.SORTED_SET ? in.binaryDouble() : textDouble());
        }
        return new Other(set.build());
    }

    private static Content sortedSet(List<Bytes> membersAndScores, Shapes shapes) throws PayloadException {
        if (membersAndScores.isEmpty() || membersAndScores.size() % 2 != 0) {
            throw new PayloadException("a member without a score");
        }
        SortedSetBuilder set = new SortedSetBuilder(shapes);
        for (int i = 0; i < membersAndScores.size(); i += 2) {
            add(set, membersAndScores.get(i), score(membersAndScores.get(i + 1)));
        }
        return new Other(set.build());
    }

    private static void add(SortedSetBuilder set, Bytes member, double score) throws PayloadException {
        if (Double.isNaN(score)) {
            throw new PayloadException("a score that is no number");
        }
        try {
            set.add(member, score);
        } catch (IllegalArgumentException twice) {
            throw new PayloadException("a member is there twice", twice);
        }
    }

    private double textDouble() throws PayloadException {
        int length = in.oneByte();
        return switch (length) {
            case TEXT_NAN -> Double.NaN;
            case TEXT_INFINITY -> Double.POSITIVE_INFINITY;
            case TEXT_MINUS_INFINITY -> Double.NEGATIVE_INFINITY;
            default -> score(in.take(length));
        };
    }

    private static double score(Bytes text) throws PayloadException {
        OptionalDouble score = Numeral.parseDouble(text);
        if (score.isEmpty()) {
            throw new PayloadException("a score that is no number");
        }
        return score.getAsDouble();
    }
}
