package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a stream in the order of their ids: a counted tree of {@link StreamChunk}s. Changed in place while its
 * stream belongs to the epoch.
 */
final class StreamEntries {
    /** A chunk of more than one entry is never larger: a change in its middle costs its length. */
    static final int CHUNK_BYTES_MAX = 1 << 16;

    private static final Comparator<StreamChunk> ORDER = Comparator.comparing(StreamChunk::id);

    private final Epoch epoch;
    private CountedTree<StreamChunk> chunks;
    private long size;
    private long contentBytes;

    StreamEntries(Epoch epoch) {
        this.epoch = epoch;
        this.chunks = new CountedTree<>(ORDER, epoch);
    }

    /** The same entries, to be changed while those stay as they are; these are of an older epoch. */
    StreamEntries(StreamEntries others) {
        this.epoch = others.epoch;
        this.chunks = others.chunks.writable();
        this.size = others.size;
        this.contentBytes = others.contentBytes;
    }

    /** @throws IllegalArgumentException unless the chunks ascend and none overlaps the next */
    static StreamEntries ofChunks(List<StreamChunk> chunks, Epoch epoch) {
        StreamEntries entries = new StreamEntries(epoch);
        entries.chunks = CountedTree.fromSorted(ORDER, epoch, chunks);
        for (int i = 0; i < chunks.size(); i++) {
            StreamChunk chunk = chunks.get(i);
            if (i > 0 && !chunk.id().isAfter(chunks.get(i - 1).lastPlace())) {
                throw new IllegalArgumentException("chunks of a stream overlap at " + chunk.id());
            }
            entries.size += chunk.size();
            entries.contentBytes += chunk.contentBytes();
        }
        return entries;
    }

    long size() {
        return size;
    }

    long contentBytes() {
        return contentBytes;
    }

    Iterable<StreamChunk> chunks() {
        return chunks;
    }

    int chunkCount() {
        return chunks.size();
    }

    @Nullable
    StreamEntry first() {
        StreamChunk chunk = chunks.first();
        return chunk == null ? null : chunk.first();
    }

    @Nullable
    StreamEntry last() {
        StreamChunk chunk = chunks.last();
        return chunk == null ? null : chunk.last();
    }

    @Nullable
    StreamEntry find(StreamId id) {
        int rank = rankOfChunk(id);
        if (rank < 0) {
            return null;
        }
        StreamChunk.Walk walk = chunks.byIndex(rank).walk();
        while (walk.next()) {
            int comparison = walk.compareTo(id);
            if (comparison >= 0) {
                return comparison == 0 ? walk.entry() : null;
            }
        }
        return null;
    }

    /** The chunk an entry of this id would be in; -1 if it would be before all. */
    private int rankOfChunk(StreamId id) {
        return chunks.countWhile(chunk -> chunk.id().compareTo(id) <= 0) - 1;
    }

    // --- walks; not to be used after a change ------------------------------------------------------------------------

    /** The entries within two bounds, which belong to it. */
    Iterator<StreamEntry> ascending(StreamId from, StreamId to) {
        return new Ascending(from, to);
    }

    /** The entries within two bounds, which belong to it, the greatest first. */
    Iterator<StreamEntry> descending(StreamId from, StreamId to) {
        return new Descending(from, to);
    }

    /** Has the next element at hand. */
    private abstract static class Ahead implements Iterator<StreamEntry> {
        @Nullable
        StreamEntry ahead;

        abstract void advance();

        @Override
        public final boolean hasNext() {
            return ahead != null;
        }

        @Override
        public final StreamEntry next() {
            StreamEntry next = ahead;
            if (next == null) {
                throw new NoSuchElementException();
            }
            advance();
            return next;
        }
    }

    private final class Ascending extends Ahead {
        private final Iterator<StreamChunk> rest;
        private final StreamId to;
        private StreamChunk.@Nullable Walk walk;

        Ascending(StreamId from, StreamId to) {
            this.to = to;
            this.rest = chunks.ascending(Math.max(rankOfChunk(from), 0));
            do {
                advance();
            } while (ahead != null && ahead.id().isBefore(from));
        }

        @Override
        void advance() {
            while (walk == null || !walk.next()) {
                if (!rest.hasNext()) {
                    ahead = null;
                    return;
                }
                walk = rest.next().walk();
            }
            ahead = walk.compareTo(to) > 0 ? null : walk.entry();
        }
    }

    private final class Descending extends Ahead {
        private final Iterator<StreamChunk> rest;
        private final StreamId from;
        /** Of the chunk that is visited, those not told yet. */
        private final List<StreamEntry> chunk = new ArrayList<>();

        Descending(StreamId from, StreamId to) {
            this.from = from;
            this.rest = chunks.descending(rankOfChunk(to));
            do {
                advance();
            } while (ahead != null && ahead.id().isAfter(to));
        }

        @Override
        void advance() {
            while (chunk.isEmpty()) {
                if (!rest.hasNext()) {
                    ahead = null;
                    return;
                }
                for (StreamChunk.Walk walk = rest.next().walk(); walk.next(); ) {
                    chunk.add(walk.entry());
                }
            }
            StreamEntry next = chunk.removeLast();
            ahead = next.id().isBefore(from) ? null : next;
        }
    }

    /** Finds entries whose ids ascend, faster than one by one. */
    Finder finder() {
        return new Finder();
    }

    final class Finder {
        private int rank = -1;
        private StreamChunk.@Nullable Walk walk;
        private boolean stands;

        /** @param id not below that of the call before */
        @Nullable
        StreamEntry find(StreamId id) {
            boolean beyond =
                    rank + 1 < chunks.size() && chunks.byIndex(rank + 1).id().compareTo(id) <= 0;
            if (walk == null || beyond) {
                rank = rankOfChunk(id);
                if (rank < 0) {
                    return null;
                }
                walk = chunks.byIndex(rank).walk();
                stands = walk.next();
            }
            while (stands && walk.compareTo(id) < 0) {
                stands = walk.next();
            }
            return stands && walk.compareTo(id) == 0 ? walk.entry() : null;
        }
    }

    // --- changes
    // -------------------------------------------------------------------------------------------------------

    /** @param id after all others */
    void append(StreamId id, List<Bytes> words, Limits limits) {
        long bytes = 0;
        for (Bytes word : words) {
            bytes += word.length();
        }
        StreamChunk tail = chunks.last();
        if (tail == null || tail.isFull(bytes, limits)) {
            if (tail != null) {
                writable(tail).seal();
            }
            chunks.put(StreamChunk.begin(id, words, epoch.current()));
        } else {
            writable(tail).append(id, words);
        }
        size++;
        contentBytes += bytes;
    }

    @SuppressWarnings("ReferenceEquality") // a chunk of this epoch comes back itself
    private StreamChunk writable(StreamChunk chunk) {
        StreamChunk own = chunk.ownedBy(epoch.current());
        if (own != chunk) {
            chunks.put(own);
        }
        return own;
    }

    /** False if there is no such entry. */
    boolean remove(StreamId id) {
        int rank = rankOfChunk(id);
        if (rank < 0) {
            return false;
        }
        StreamChunk chunk = chunks.byIndex(rank);
        StreamChunk.Walk walk = chunk.walk();
        for (int number = 0; walk.next(); number++) {
            if (walk.compareTo(id) == 0) {
                BitSet numbers = new BitSet();
                numbers.set(number);
                remove(rank, chunk, numbers);
                return true;
            }
        }
        return false;
    }

    private void remove(int rank, StreamChunk chunk, BitSet numbers) {
        int removed = numbers.cardinality();
        if (removed == chunk.size()) {
            contentBytes -= chunk.contentBytes();
            chunks.removeAt(rank);
        } else if (removed > 0) {
            contentBytes -= writable(chunk).remove(numbers);
        }
        size -= removed;
    }

    /** Which entries may not be trimmed. */
    interface Protection {
        /** Whether all entries from {@code id} on are protected. */
        boolean reaches(StreamId id);

        /** The numbers within the chunk, from 0, of those that are. */
        BitSet of(StreamChunk chunk);
    }

    /**
     * Removes the first entries as far as they are too many or too old.
     *
     * @return the last one removed; null if none was
     */
    @Nullable
    StreamId trim(StreamTrim trim) {
        int whole = 0;
        long entries = 0;
        long bytes = 0;
        StreamId last = null;
        for (StreamChunk chunk : chunks) {
            if (isOutOfWork(trim, entries + chunk.size()) || !goesAsAWhole(chunk, trim, size - entries)) {
                break;
            }
            whole++;
            entries += chunk.size();
            bytes += chunk.contentBytes();
        }
        if (whole > 0) {
            last = chunks.byIndex(whole - 1).lastId();
            chunks.removeRange(0, whole);
            size -= entries;
            contentBytes -= bytes;
        }
        StreamChunk chunk = chunks.first();
        if (chunk == null || trim.approximately()) {
            return last;
        }
        BitSet numbers = candidates(chunk, trim);
        keepFirst(numbers, trim);
        if (!numbers.isEmpty()) {
            last = idOf(chunk, numbers.length() - 1);
            remove(0, chunk, numbers);
        }
        return last;
    }

    /**
     * As {@link #trim(StreamTrim)}, but what is protected stays.
     *
     * @return whether any entry was removed
     */
    boolean trim(StreamTrim trim, Protection protection) {
        long removed = 0;
        int rank = 0;
        while (rank < chunks.size()) {
            StreamChunk chunk = chunks.byIndex(rank);
            BitSet numbers = candidates(chunk, trim);
            if (numbers.isEmpty()
                    || isOutOfWork(trim, removed + chunk.size())
                    || trim.approximately() && !goesAsAWhole(chunk, trim, size)
                    || protection.reaches(chunk.id())) {
                break;
            }
            numbers.andNot(protection.of(chunk));
            keepFirst(numbers, trim);
            int count = numbers.cardinality();
            remove(rank, chunk, numbers);
            removed += count;
            rank += count == chunk.size() ? 0 : 1;
        }
        return removed > 0;
    }

    private static boolean isOutOfWork(StreamTrim trim, long removed) {
        return trim.removedMax() > 0 && removed > trim.removedMax();
    }

    /** @param before how many entries there are, the chunk's and those behind it */
    private static boolean goesAsAWhole(StreamChunk chunk, StreamTrim trim, long before) {
        return trim.ages()
                ? chunk.lastPlace().isBefore(trim.idMin())
                : before > trim.sizeMax() && before - chunk.size() >= trim.sizeMax();
    }

    /** The numbers within the chunk of the entries that are too old; all, if the entries are too many. */
    private BitSet candidates(StreamChunk chunk, StreamTrim trim) {
        BitSet numbers = new BitSet(chunk.size());
        if (!trim.ages()) {
            numbers.set(0, size > trim.sizeMax() ? chunk.size() : 0);
            return numbers;
        }
        StreamChunk.Walk walk = chunk.walk();
        for (int number = 0; walk.next() && walk.compareTo(trim.idMin()) < 0; number++) {
            numbers.set(number);
        }
        return numbers;
    }

    /** Forgets all but as many as are too many. */
    private void keepFirst(BitSet numbers, StreamTrim trim) {
        long most = trim.ages() ? Long.MAX_VALUE : size - trim.sizeMax();
        int number = numbers.nextSetBit(0);
        for (long i = 0; i < most && number >= 0; i++) {
            number = numbers.nextSetBit(number + 1);
        }
        if (number >= 0) {
            numbers.clear(number, numbers.length());
        }
    }

    private static StreamId idOf(StreamChunk chunk, int number) {
        StreamChunk.Walk walk = chunk.walk();
        for (int i = 0; i <= number; i++) {
            walk.next();
        }
        return walk.id();
    }
}
