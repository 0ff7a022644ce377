package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Epoch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A run of a stream's entries in one array: what Redis calls a node. It begins and ends where Redis' would, for clients can
 * tell by {@code XTRIM ~}, which removes whole ones. Changed in place while it belongs to the epoch; bytes once written
 * are never written again.
 *
 * <p>The array, numbers as {@link Varint}s: the fields of the entry that began the chunk, first how many; then each entry:
 * how many bytes follow; by how much its time exceeds that of the chunk's id; its sequence less that of the chunk's id,
 * zigzag; how many fields, or {@link #SAME_FIELDS}; fields and values in turn, or the values alone. It is written to
 * snapshots as it is.
 */
final class StreamChunk {
    /** An entry has the fields that stand at the beginning of the chunk. */
    static final int SAME_FIELDS = 0;

    private static final int ROOM_BYTES = 256;

    private final Epoch.Token owner;
    private final StreamId id;
    private final int entriesAt;
    private byte[] bytes;
    /** Where the first entry begins; between the chunk's fields and it there may be nobody's bytes. */
    private int from;
    /** What is beyond belongs to nobody yet, or, beyond {@link #room}, to another chunk that shares the array. */
    private int end;

    private int room;
    private int size;
    private int lastAt;
    private long contentBytes;

    // As Redis counts, where an entry that was deleted keeps its place.
    private int places;
    private StreamId lastPlace;
    private long packedBytes;

    private StreamChunk(
            Epoch.Token owner,
            StreamId id,
            byte[] bytes,
            int entriesAt,
            int end,
            StreamId lastPlace,
            int places,
            long packedBytes) {
        this.owner = owner;
        this.id = id;
        this.bytes = bytes;
        this.entriesAt = entriesAt;
        this.from = entriesAt;
        this.end = end;
        this.room = end;
        this.lastPlace = lastPlace;
        this.places = places;
        this.packedBytes = packedBytes;
    }

    /** A chunk of one entry. */
    static StreamChunk begin(StreamId id, List<Bytes> words, Epoch.Token owner) {
        int fields = words.size() / 2;
        int head = Varint.size(fields);
        // Two integers of the head that never change, the head's end and, below, the fields.
        long packed = (long) Listpack.FRAME_BYTES + Listpack.bytes(fields) + Listpack.bytes(0);
        for (int i = 0; i < words.size(); i += 2) {
            head = Math.addExact(head, PackedStrings.size(words.get(i)));
            packed += Listpack.bytes(words.get(i));
        }
        byte[] bytes = new byte[Math.max(head, ROOM_BYTES)];
        int at = Varint.write(bytes, 0, fields);
        for (int i = 0; i < words.size(); i += 2) {
            at = PackedStrings.write(bytes, at, words.get(i));
        }
        StreamChunk chunk = new StreamChunk(owner, id, bytes, head, head, id, 0, packed);
        chunk.room = bytes.length;
        chunk.append(id, words);
        return chunk;
    }

    /**
     * A chunk as {@link #bytes} told it.
     *
     * @throws IllegalArgumentException if the bytes are not those of a chunk
     */
    static StreamChunk restore(
            StreamId id, Bytes told, StreamId lastPlace, int places, long packedBytes, Epoch.Token owner) {
        byte[] bytes = told.toByteArray();
        try {
            int fields = Varint.read(bytes, 0);
            int at = Varint.size(fields);
            for (int i = 0; i < fields; i++) {
                at = PackedStrings.end(bytes, at);
            }
            StreamChunk chunk = new StreamChunk(owner, id, bytes, at, bytes.length, lastPlace, places, packedBytes);
            chunk.count();
            if (chunk.size == 0 || chunk.size > places || chunk.lastId().isAfter(lastPlace)) {
                throw new IllegalArgumentException(chunk.size + " entries of a stream in " + places + " places");
            }
            return chunk;
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a chunk of a stream ends too soon", e);
        }
    }

    private void count() {
        StreamId before = StreamId.MIN;
        Walk walk = walk();
        while (walk.next()) {
            StreamEntry entry = walk.entry();
            if (!entry.id().isAfter(before) || entry.id().isBefore(id)) {
                throw new IllegalArgumentException(entry.id() + " of a stream comes after " + before);
            }
            before = entry.id();
            size++;
            contentBytes += entry.contentBytes();
            lastAt = walk.at;
        }
        if (walk.next != end) {
            throw new IllegalArgumentException("the last entry of a stream ends at " + walk.next + ", not " + end);
        }
    }

    /** This chunk if it belongs to the epoch, else a copy that does. */
    StreamChunk ownedBy(Epoch.Token epoch) {
        if (owner == epoch) {
            return this;
        }
        // The copy shares the array but has no room in it: others that share it might write the same bytes.
        StreamChunk copy = new StreamChunk(epoch, id, bytes, entriesAt, end, lastPlace, places, packedBytes);
        copy.from = from;
        copy.size = size;
        copy.lastAt = lastAt;
        copy.contentBytes = contentBytes;
        return copy;
    }

    /** That of the entry that began the chunk: never changed, and not after any entry's. */
    StreamId id() {
        return id;
    }

    /** Id of the last entry, which may be deleted. */
    StreamId lastPlace() {
        return lastPlace;
    }

    /** How many entries. */
    int size() {
        return size;
    }

    /** How many entries, those that were deleted included. */
    int places() {
        return places;
    }

    /** Length of all fields and values together. */
    long contentBytes() {
        return contentBytes;
    }

    /** What the node takes in Redis, but for the two numbers that change. */
    long packedBytes() {
        return packedBytes;
    }

    /** All of it: see {@link #restore}. */
    Bytes bytes() {
        if (from == entriesAt) {
            return Bytes.wrap(bytes, 0, end);
        }
        byte[] told = new byte[entriesAt + end - from];
        System.arraycopy(bytes, 0, told, 0, entriesAt);
        System.arraycopy(bytes, from, told, entriesAt, end - from);
        return Bytes.wrap(told);
    }

    StreamId firstId() {
        return first().id();
    }

    StreamId lastId() {
        return last().id();
    }

    StreamEntry first() {
        Walk walk = walk();
        walk.next();
        return walk.entry();
    }

    StreamEntry last() {
        Walk walk = new Walk(lastAt);
        walk.next();
        return walk.entry();
    }

    /** Before the first entry. */
    Walk walk() {
        return new Walk(from);
    }

    /** Whether one more entry would be too much for it. */
    boolean isFull(long moreBytes, Limits limits) {
        long packed = packedBytes + Listpack.bytes(size) + Listpack.bytes(places - size);
        return packed + moreBytes >= bytesMax(limits) || places >= entriesMax(limits);
    }

    private static long bytesMax(Limits limits) {
        long max = limits.of(Limit.STREAM_NODE_BYTES);
        return max == 0 ? StreamEntries.CHUNK_BYTES_MAX : Math.min(max, StreamEntries.CHUNK_BYTES_MAX);
    }

    private static long entriesMax(Limits limits) {
        long max = limits.of(Limit.STREAM_NODE_ENTRIES);
        return max == 0 ? Long.MAX_VALUE : max;
    }

    // --- changes: only while it belongs to the epoch ---------------------------------------------------------------

    /** Puts an entry behind all others. */
    void append(StreamId entryId, List<Bytes> words) {
        boolean same = hasFieldsOf(words);
        int fields = same ? SAME_FIELDS : words.size() / 2;
        long millis = entryId.millis() - id.millis();
        long sequence = entryId.sequence() - id.sequence();
        long zigzag = sequence << 1 ^ sequence >> 63;
        int step = same ? 2 : 1;
        int length = Varint.sizeOfLong(millis) + Varint.sizeOfLong(zigzag) + Varint.size(fields);
        long packed = (long) Listpack.bytes(same ? 2 : 0) + Listpack.bytes(millis) + Listpack.bytes(sequence);
        for (int i = step - 1; i < words.size(); i += step) {
            length = Math.addExact(length, PackedStrings.size(words.get(i)));
            packed += Listpack.bytes(words.get(i));
        }
        packed += same ? 0 : Listpack.bytes(fields);
        // What the entry consists of in Redis: flags, the two parts of its id, and the words.
        packed += Listpack.bytes(3L + (same ? words.size() / 2 : words.size() + 1));

        reserve(Math.addExact(length, Varint.size(length)));
        lastAt = end;
        int at = Varint.write(bytes, end, length);
        at = Varint.writeLong(bytes, at, millis);
        at = Varint.writeLong(bytes, at, zigzag);
        at = Varint.write(bytes, at, fields);
        for (int i = step - 1; i < words.size(); i += step) {
            at = PackedStrings.write(bytes, at, words.get(i));
        }
        end = at;
        for (Bytes word : words) {
            contentBytes += word.length();
        }
        size++;
        places++;
        lastPlace = entryId;
        packedBytes += packed;
    }

    private boolean hasFieldsOf(List<Bytes> words) {
        int fields = Varint.read(bytes, 0);
        if (2 * fields != words.size()) {
            return false;
        }
        int at = Varint.size(fields);
        for (int i = 0; i < words.size(); i += 2) {
            Bytes field = words.get(i);
            int length = Varint.read(bytes, at);
            int from = at + Varint.size(length);
            at = from + length;
            boolean equal = length == field.length()
                    && Arrays.equals(bytes, from, at, field.array(), field.offset(), field.offset() + length);
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    private void reserve(int more) {
        int needed = Math.addExact(end, more);
        if (needed > room) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 64, Math.max(needed, 2L * end)));
            room = bytes.length;
        }
    }

    /** No entry will follow. */
    void seal() {
        if (room - end > end >> 3) {
            bytes = Arrays.copyOf(bytes, end);
            room = end;
        }
    }

    /**
     * Removes the entries whose numbers, from 0, are in the set: not all of them.
     *
     * @return length of their fields and values together
     */
    long remove(BitSet numbers) {
        if (numbers.nextClearBit(0) == numbers.cardinality()) {
            return removeFirst(numbers.cardinality());
        }
        byte[] kept = new byte[end];
        System.arraycopy(bytes, 0, kept, 0, entriesAt);
        int to = entriesAt;
        long removedBytes = 0;
        Walk walk = walk();
        for (int number = 0; walk.next(); number++) {
            if (numbers.get(number)) {
                removedBytes += walk.entry().contentBytes();
            } else {
                lastAt = to;
                System.arraycopy(bytes, walk.at, kept, to, walk.next - walk.at);
                to += walk.next - walk.at;
            }
        }
        bytes = kept;
        from = entriesAt;
        end = to;
        room = kept.length;
        size -= numbers.cardinality();
        contentBytes -= removedBytes;
        return removedBytes;
    }

    /** As {@link #remove}, of the first ones: a stream that is capped loses one for each that comes. */
    private long removeFirst(int count) {
        long removedBytes = 0;
        Walk walk = walk();
        for (int i = 0; i < count; i++) {
            walk.next();
            removedBytes += walk.entry().contentBytes();
        }
        from = walk.next;
        size -= count;
        contentBytes -= removedBytes;
        if (from - entriesAt > end - from) {
            lastAt -= from - entriesAt;
            bytes = bytes().toByteArray();
            from = entriesAt;
            end = bytes.length;
            room = end;
        }
        return removedBytes;
    }

    /** Stands on one entry after the other. Not to be used after a change. */
    final class Walk {
        private int at;
        private int next;
        private long millis;
        private long sequence;
        private int wordsAt;

        private Walk(int from) {
            next = from;
        }

        /** False behind the last. */
        boolean next() {
            if (next >= end) {
                return false;
            }
            at = next;
            int length = Varint.read(bytes, at);
            int position = at + Varint.size(length);
            next = position + length;
            long moreMillis = Varint.readLong(bytes, position);
            position += Varint.sizeOfLong(moreMillis);
            long zigzag = Varint.readLong(bytes, position);
            wordsAt = position + Varint.sizeOfLong(zigzag);
            millis = id.millis() + moreMillis;
            sequence = id.sequence() + (zigzag >>> 1 ^ -(zigzag & 1));
            return true;
        }

        /** How the id of the entry stands to another. */
        int compareTo(StreamId other) {
            return -other.compareTo(millis, sequence);
        }

        StreamId id() {
            return new StreamId(millis, sequence);
        }

        StreamEntry entry() {
            return new StreamEntry(id(), bytes, wordsAt);
        }
    }
}
