package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.CountedTree;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ids under which producers added entries to a stream lately: what comes under one of them again is the same entry.
 * They are kept for a time of the log, of each producer no more than a number. Changed in place while their stream belongs
 * to the epoch.
 *
 * <p>What is too old is not found, and is removed by and by as others come.
 */
public final class ProducedIds {
    public static final long DURATION_MILLIS_USUAL = 100_000;
    public static final int COUNT_MAX_USUAL = 100;

    private static final int COST_BYTES = 96;

    /** Each id that comes removes so many that are too old: more than one, so that they do not pile up. */
    private static final int REMOVED_MAX = 32;

    // Any two different ones: together they make ids of 128 bits.
    private static final KeyedHash FIRST_HALF = new KeyedHash(0x726174697372656dL, 0x697373756520696dL);
    private static final KeyedHash SECOND_HALF = new KeyedHash(0x70726f6475636572L, 0x6f6e6c79206f6e63L);

    /**
     * An id a producer used.
     *
     * @param number counts them up
     */
    public record Produced(Bytes producer, Bytes id, StreamId entry, long atMillis, long number) {
        int cost() {
            return COST_BYTES + producer.length() + id.length();
        }
    }

    private static final Comparator<Produced> BY_AGE = Comparator.comparingLong(Produced::number);
    private static final Comparator<Produced> BY_NAME =
            Comparator.comparing(Produced::producer).thenComparing(Produced::id);
    private static final Comparator<Produced> BY_PRODUCER =
            Comparator.comparing(Produced::producer).thenComparing(BY_AGE);

    private final Epoch epoch;
    /** The three hold the same. */
    private CountedTree<Produced> byAge;

    private CountedTree<Produced> byName;
    private CountedTree<Produced> byProducer;
    private long cost;
    private int producers;
    private long durationMillis = DURATION_MILLIS_USUAL;
    private int countMax = COUNT_MAX_USUAL;
    private long added;
    private long duplicates;

    ProducedIds(Epoch epoch) {
        this.epoch = epoch;
        this.byAge = new CountedTree<>(BY_AGE, epoch);
        this.byName = new CountedTree<>(BY_NAME, epoch);
        this.byProducer = new CountedTree<>(BY_PRODUCER, epoch);
    }

    /** The same ids, to be changed while those stay as they are; these are of an older epoch. */
    ProducedIds(ProducedIds others) {
        this.epoch = others.epoch;
        this.byAge = others.byAge.writable();
        this.byName = others.byName.writable();
        this.byProducer = others.byProducer.writable();
        this.cost = others.cost;
        this.producers = others.producers;
        this.durationMillis = others.durationMillis;
        this.countMax = others.countMax;
        this.added = others.added;
        this.duplicates = others.duplicates;
    }

    /** An id for an entry without one: that of every entry with the same fields and values, in whatever order. */
    public static Bytes idOf(List<Bytes> fieldsAndValues) {
        List<Bytes> pairs = new ArrayList<>(fieldsAndValues.size() / 2);
        for (int i = 0; i < fieldsAndValues.size(); i += 2) {
            PackedStrings.Builder pair = new PackedStrings.Builder();
            pair.add(fieldsAndValues.get(i));
            pair.add(fieldsAndValues.get(i + 1));
            pairs.add(Bytes.wrap(pair.build()));
        }
        pairs.sort(Comparator.naturalOrder());
        PackedStrings.Builder all = new PackedStrings.Builder();
        pairs.forEach(all::add);
        byte[] content = all.build();
        byte[] id = new byte[2 * Long.BYTES];
        put(id, 0, FIRST_HALF.hash(content, 0, content.length));
        put(id, Long.BYTES, SECOND_HALF.hash(content, 0, content.length));
        return Bytes.wrap(id);
    }

    private static void put(byte[] target, int at, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            target[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Whether anybody ever used or configured them. */
    public boolean areUsed() {
        return added > 0 || durationMillis != DURATION_MILLIS_USUAL || countMax != COUNT_MAX_USUAL;
    }

    public long durationMillis() {
        return durationMillis;
    }

    /** How many are kept of each producer. */
    public int countMax() {
        return countMax;
    }

    /** How many are kept. */
    public int size() {
        return byAge.size();
    }

    /** How many producers they are of. */
    public int producers() {
        return producers;
    }

    /** How many there ever were. */
    public long added() {
        return added;
    }

    /** How often one came that was there. */
    public long duplicates() {
        return duplicates;
    }

    /** The oldest first. */
    public Iterable<Produced> all() {
        return byAge;
    }

    /** What they count in the memory account. */
    long cost() {
        return cost;
    }

    /** The entry that was added under the id; null if none was lately. */
    public @Nullable StreamId find(Bytes producer, Bytes id, long nowMillis) {
        Produced found = byName.get(new Produced(producer, id, StreamId.MIN, 0, 0));
        return found == null || isOver(found, nowMillis) ? null : found.entry();
    }

    private boolean isOver(Produced produced, long nowMillis) {
        return nowMillis - produced.atMillis() > durationMillis;
    }

    // --- changes -----------------------------------------------------------------------------------------------------

    void countDuplicate() {
        duplicates++;
    }

    void add(Bytes producer, Bytes id, StreamId entry, long nowMillis) {
        for (int i = 0; i < REMOVED_MAX; i++) {
            Produced oldest = byAge.first();
            if (oldest == null || !isOver(oldest, nowMillis)) {
                break;
            }
            remove(oldest);
        }
        Produced same = byName.get(new Produced(producer, id, StreamId.MIN, 0, 0));
        if (same != null) {
            remove(same);
        }
        while (countOf(producer) >= countMax) {
            remove(byProducer.byIndex(rankOfFirst(producer)));
        }
        Produced last = byAge.last();
        put(new Produced(producer.owned(), id.owned(), entry, nowMillis, last == null ? 0 : last.number() + 1));
        added++;
    }

    private void put(Produced produced) {
        producers += countOf(produced.producer()) == 0 ? 1 : 0;
        byAge.put(produced);
        byName.put(produced);
        byProducer.put(produced);
        cost += produced.cost();
    }

    private void remove(Produced produced) {
        byAge.remove(produced);
        byName.remove(produced);
        byProducer.remove(produced);
        cost -= produced.cost();
        producers -= countOf(produced.producer()) == 0 ? 1 : 0;
    }

    private int rankOfFirst(Bytes producer) {
        return byProducer.countWhile(each -> each.producer().compareTo(producer) < 0);
    }

    private int countOf(Bytes producer) {
        return byProducer.countWhile(each -> each.producer().compareTo(producer) <= 0) - rankOfFirst(producer);
    }

    /** Other bounds than before forget all ids. */
    void configure(long newDurationMillis, int newCountMax) {
        if (newDurationMillis == durationMillis && newCountMax == countMax) {
            return;
        }
        durationMillis = newDurationMillis;
        countMax = newCountMax;
        byAge.clear();
        byName.clear();
        byProducer.clear();
        cost = 0;
        producers = 0;
    }

    /** Takes what a snapshot holds, the oldest first. */
    void restore(long itsDurationMillis, int itsCountMax, long itsAdded, long itsDuplicates, List<Produced> all) {
        configure(itsDurationMillis, itsCountMax);
        added = itsAdded;
        duplicates = itsDuplicates;
        all.forEach(this::put);
    }
}
