package io.ratiskv.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Entry} ⇄ bytes as the log holds them. Stateless; any thread.
 *
 * <p>Every entry begins with a header of {@value #HEADER_BYTES} bytes, big-endian:
 *
 * <pre>
 *   0  format         1 byte, {@value #FORMAT}
 *   1  kind           1 byte
 *   2  feature level  2 bytes: what the proposer took for granted
 *   4  stamp          8 bytes, milliseconds of the leader's clock; 0 until the leader stamps it in place
 *  12  epoch, id, floor   3 × 8 bytes, 0 where the kind has none
 * </pre>
 *
 * then the kind's own fields: unsigned varints (LEB128), byte strings with their length before them, and of a command
 * its words exactly as they came from the wire. Kinds and fields are append-only.
 */
public final class EntryCodec {
    public static final int FORMAT = 1;
    public static final int HEADER_BYTES = 36;

    private static final int STAMP_AT = 4;

    private static final int OPEN_GATEWAY = 1;
    private static final int EXECUTE = 2;
    private static final int FRAGMENT = 3;
    private static final int TICK = 4;
    private static final int CONFIGURE = 5;
    private static final int DIGEST = 6;
    private static final int RAISE_FEATURE_LEVEL = 7;
    private static final int EVICT = 8;

    /** Of a request, beside its database: a user, a session follow. */
    private static final int NAMED = 1;

    private static final int IN_SESSION = 1 << 6;
    private static final int DATABASE_MAX = 31;

    private static final int SINGLE = 0;
    private static final int TRANSACTION = 1;

    private EntryCodec() {}

    /** The entry's bytes with no stamp yet. */
    public static byte[] encode(Entry entry, int featureLevel) {
        Writer measure = new Writer(null);
        write(measure, entry);
        return encode(entry, measure.position, featureLevel);
    }

    /**
     * The same for a batch of units that were measured one by one as they came.
     *
     * @param unitBytes the sum of their {@link #encodedBytes}
     */
    public static byte[] encode(Entry.Execute entry, int unitBytes, int featureLevel) {
        Writer measure = new Writer(null);
        measure.varint(entry.units().size());
        return encode((Entry) entry, Math.addExact(measure.position, unitBytes), featureLevel);
    }

    private static byte[] encode(Entry entry, int bytes, int featureLevel) {
        Writer writer = new Writer(new byte[Math.addExact(HEADER_BYTES, bytes)]);
        writer.oneByte(FORMAT);
        writer.oneByte(kind(entry));
        writer.oneByte(featureLevel >>> 8);
        writer.oneByte(featureLevel);
        writer.fixedLong(0);
        switch (entry) {
            case Entry.Execute e -> writer.identity(e.epoch(), e.id(), e.floor());
            case Entry.Fragment f -> writer.identity(f.epoch(), f.id(), f.floor());
            case Entry.OpenGateway g -> writer.identity(0, 0, 0);
            case Entry.Tick t -> writer.identity(0, 0, 0);
            case Entry.Configure c -> writer.identity(0, 0, 0);
            case Entry.Digest d -> writer.identity(0, 0, 0);
            case Entry.RaiseFeatureLevel r -> writer.identity(0, 0, 0);
            case Entry.Evict v -> writer.identity(0, 0, 0);
        }
        write(writer, entry);
        return writer.bytes();
    }

    /** Writes the leader's clock into encoded bytes, in place. */
    public static void stamp(byte[] encoded, long stampMillis) {
        for (int i = 0; i < 8; i++) {
            encoded[STAMP_AT + i] = (byte) (stampMillis >>> (56 - 8 * i));
        }
    }

    public static long stampMillis(byte[] encoded) {
        return fixedLong(encoded, STAMP_AT);
    }

    public static int featureLevel(byte[] encoded) {
        return (encoded[2] & 0xff) << 8 | encoded[3] & 0xff;
    }

    /** The epoch of an {@link Entry.Execute} or {@link Entry.Fragment}, 0 of any other kind. */
    public static long epoch(byte[] encoded) {
        return fixedLong(encoded, 12);
    }

    public static long id(byte[] encoded) {
        return fixedLong(encoded, 20);
    }

    public static long floor(byte[] encoded) {
        return fixedLong(encoded, 28);
    }

    /** True of an {@link Entry.Execute}, told from the header alone. */
    public static boolean isExecute(byte[] encoded) {
        return encoded[1] == EXECUTE;
    }

    /** True of what a gateway proposes under an id: an {@link Entry.Execute} or {@link Entry.Fragment}. */
    public static boolean isBatch(byte[] encoded) {
        return encoded[1] == EXECUTE || encoded[1] == FRAGMENT;
    }

    /** True of what a gateway proposes to change something, told without decoding it. */
    public static boolean carriesWrites(byte[] encoded) {
        return encoded[1] == FRAGMENT || encoded[1] == EXECUTE && encoded[HEADER_BYTES] != 0;
    }

    /**
     * The entry in {@code encoded}; its words are slices of that array.
     *
     * @throws MalformedEntryException if the bytes are no entry of a format and kind known here
     */
    public static Entry decode(byte[] encoded) {
        if (encoded.length < HEADER_BYTES) {
            throw new MalformedEntryException("an entry of " + encoded.length + " bytes has no header");
        }
        if (encoded[0] != FORMAT) {
            throw new MalformedEntryException("entry format " + encoded[0] + " is unknown; known is " + FORMAT);
        }
        Reader reader = new Reader(encoded, HEADER_BYTES, encoded.length);
        Entry entry = switch (encoded[1]) {
            case OPEN_GATEWAY -> new Entry.OpenGateway(reader.text(), reader.fixedLong(), reader.text(), reader.text());
            case EXECUTE -> new Entry.Execute(epoch(encoded), id(encoded), floor(encoded), units(reader));
            case FRAGMENT ->
                new Entry.Fragment(
                        epoch(encoded), id(encoded), floor(encoded), reader.varint(), reader.varint(), reader.string());
            case TICK -> new Entry.Tick();
            case CONFIGURE -> new Entry.Configure(reader.text(), reader.string());
            case DIGEST -> new Entry.Digest();
            case RAISE_FEATURE_LEVEL -> new Entry.RaiseFeatureLevel(reader.varint());
            case EVICT -> new Entry.Evict(victims(reader));
            default -> throw new MalformedEntryException("entry kind " + encoded[1] + " is unknown");
        };
        reader.expectEnd();
        return entry;
    }

    /** The units alone, as {@link Entry.Fragment}s carry them. */
    public static byte[] encodeUnits(List<Unit> units) {
        Writer measure = new Writer(null);
        write(measure, units);
        Writer writer = new Writer(new byte[measure.position]);
        write(writer, units);
        return writer.bytes();
    }

    /** @throws MalformedEntryException if the bytes are not what {@link #encodeUnits} made */
    public static List<Unit> decodeUnits(Bytes encoded) {
        Reader reader = new Reader(encoded.array(), encoded.offset(), encoded.offset() + encoded.length());
        List<Unit> units = units(reader);
        reader.expectEnd();
        return units;
    }

    /** How many bytes {@code unit} takes in an entry. */
    public static int encodedBytes(Unit unit) {
        Writer measure = new Writer(null);
        write(measure, unit);
        return measure.position;
    }

    private static int kind(Entry entry) {
        return switch (entry) {
            case Entry.OpenGateway e -> OPEN_GATEWAY;
            case Entry.Execute e -> EXECUTE;
            case Entry.Fragment e -> FRAGMENT;
            case Entry.Tick e -> TICK;
            case Entry.Configure e -> CONFIGURE;
            case Entry.Digest e -> DIGEST;
            case Entry.RaiseFeatureLevel e -> RAISE_FEATURE_LEVEL;
            case Entry.Evict e -> EVICT;
        };
    }

    private static void write(Writer writer, Entry entry) {
        switch (entry) {
            case Entry.OpenGateway g -> {
                writer.text(g.node());
                writer.fixedLong(g.incarnation());
                writer.text(g.respAddress());
                writer.text(g.httpAddress());
            }
            case Entry.Execute e -> write(writer, e.units());
            case Entry.Fragment f -> {
                writer.varint(f.number());
                writer.varint(f.count());
                writer.string(f.bytes());
            }
            case Entry.Configure c -> {
                writer.text(c.name());
                writer.string(c.value());
            }
            case Entry.RaiseFeatureLevel r -> writer.varint(r.level());
            case Entry.Evict v -> {
                writer.varint(v.victims().size());
                for (Entry.Victim victim : v.victims()) {
                    writer.varint(victim.database());
                    writer.string(victim.key());
                    writer.fixedLong(victim.version());
                }
            }
            case Entry.Tick t -> {}
            case Entry.Digest d -> {}
        }
    }

    private static void write(Writer writer, List<Unit> units) {
        writer.varint(units.size());
        for (int i = 0; i < units.size(); i++) {
            write(writer, units.get(i));
        }
    }

    private static void write(Writer writer, Unit unit) {
        switch (unit) {
            case Unit.Single single -> {
                writer.oneByte(SINGLE);
                write(writer, single.request());
            }
            case Unit.Transaction transaction -> {
                writer.oneByte(TRANSACTION);
                writer.varint(transaction.watched().size());
                for (Unit.Watched watched : transaction.watched()) {
                    writer.varint(watched.database());
                    writer.string(watched.key());
                    writer.fixedLong(watched.version());
                }
                writer.varint(transaction.requests().size());
                for (Request request : transaction.requests()) {
                    write(writer, request);
                }
            }
        }
    }

    private static void write(Writer writer, Request request) {
        boolean named = !request.user().equals(Request.DEFAULT_USER);
        boolean inSession = !request.session().isEmpty();
        writer.varint(request.database() << 1 | (named ? NAMED : 0) | (inSession ? IN_SESSION : 0));
        if (named) {
            writer.string(request.user());
        }
        if (inSession) {
            writer.string(request.session());
        }
        Bytes[] words = request.words();
        writer.varint(words.length);
        for (Bytes word : words) {
            writer.string(word);
        }
    }

    private static List<Entry.Victim> victims(Reader reader) {
        int count = reader.count();
        List<Entry.Victim> victims = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            victims.add(new Entry.Victim(reader.varint(), reader.string(), reader.fixedLong()));
        }
        return victims;
    }

    private static List<Unit> units(Reader reader) {
        int count = reader.count();
        List<Unit> units = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            units.add(unit(reader));
        }
        return units;
    }

    private static Unit unit(Reader reader) {
        int tag = reader.oneByte();
        if (tag == SINGLE) {
            return new Unit.Single(request(reader));
        }
        if (tag != TRANSACTION) {
            throw new MalformedEntryException("unit tag " + tag + " is unknown");
        }
        int watches = reader.count();
        List<Unit.Watched> watched = new ArrayList<>(watches);
        for (int i = 0; i < watches; i++) {
            watched.add(new Unit.Watched(reader.varint(), reader.string(), reader.fixedLong()));
        }
        int count = reader.count();
        List<Request> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            requests.add(request(reader));
        }
        return new Unit.Transaction(requests, watched);
    }

    private static Request request(Reader reader) {
        int head = reader.varint();
        Bytes user = (head & NAMED) == 0 ? Request.DEFAULT_USER : reader.string();
        Bytes session = (head & IN_SESSION) == 0 ? Bytes.EMPTY : reader.string();
        Bytes[] words = new Bytes[reader.count()];
        for (int i = 0; i < words.length; i++) {
            words[i] = reader.string();
        }
        if (words.length == 0) {
            throw new MalformedEntryException("a request without words");
        }
        return new Request(head >>> 1 & DATABASE_MAX, 2, user, words, session);
    }

    private static long fixedLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    /** Appends to an array of exactly the right size, or only counts when there is none. */
    private static final class Writer {
        private final byte @org.jspecify.annotations.Nullable [] target;
        private int position;

        Writer(byte @org.jspecify.annotations.Nullable [] target) {
            this.target = target;
        }

        byte[] bytes() {
            if (target == null || position != target.length) {
                throw new IllegalStateException("measured and written sizes differ: " + position);
            }
            return target;
        }

        void oneByte(int value) {
            if (target != null) {
                target[position] = (byte) value;
            }
            position++;
        }

        void fixedLong(long value) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                oneByte((int) (value >>> shift));
            }
        }

        void identity(long epoch, long id, long floor) {
            fixedLong(epoch);
            fixedLong(id);
            fixedLong(floor);
        }

        void varint(int value) {
            int rest = value;
            while ((rest & ~0x7f) != 0) {
                oneByte(rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            oneByte(rest);
        }

        void string(Bytes bytes) {
            varint(bytes.length());
            if (target != null) {
                bytes.copyTo(target, position);
            }
            position = Math.addExact(position, bytes.length());
        }

        void text(String text) {
            string(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Reads what {@link Writer} wrote, within bounds whatever the bytes are. */
    private static final class Reader {
        private final byte[] source;
        private final int end;
        private int position;

        Reader(byte[] source, int from, int end) {
            this.source = source;
            this.position = from;
            this.end = end;
        }

        int oneByte() {
            need(1);
            return source[position++];
        }

        long fixedLong() {
            need(8);
            long value = EntryCodec.fixedLong(source, position);
            position += 8;
            return value;
        }

        int varint() {
            int value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int next = oneByte();
                value |= (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new MalformedEntryException("a varint of more than 5 bytes at " + position);
        }

        /** A number of things of at least one byte each, so it cannot exceed what is left. */
        int count() {
            int count = varint();
            need(count);
            return count;
        }

        Bytes string() {
            int length = varint();
            need(length);
            Bytes bytes = Bytes.wrap(source, position, length);
            position += length;
            return bytes;
        }

        String text() {
            return string().utf8();
        }

        void need(int bytes) {
            if (bytes < 0 || bytes > end - position) {
                throw new MalformedEntryException("needs " + bytes + " bytes at " + position + " of " + end);
            }
        }

        void expectEnd() {
            if (position != end) {
                throw new MalformedEntryException((end - position) + " bytes follow the entry");
            }
        }
    }
}
