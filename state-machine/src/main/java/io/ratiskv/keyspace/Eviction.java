package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keeps what all keys count below a limit. Confined to whoever holds the state's lock.
 *
 * <p>Every replica evicts the same keys at the same entries. By luck or by deadline the state chooses them itself, at the
 * end of the entry that was too much. Where accesses decide, which are no part of the state, the leader chooses among
 * {@link #candidates}, and the log brings its choice; only what goes beyond a slack that gives it time the state chooses
 * itself, by luck.
 */
public final class Eviction {
    private final Databases databases;
    private MemoryLimit limit = MemoryLimit.NONE;
    private long evictedKeys;

    Eviction(Databases databases) {
        this.databases = databases;
    }

    /**
     * A key that may go.
     *
     * @param version as long as the key has it, nothing has changed
     * @param costBytes what it counts
     * @param access names the key to {@link Accesses}
     */
    public record Candidate(int database, Bytes key, long version, long costBytes, long access) {}

    private record Place(KeyTable table, Object entry) {}

    public MemoryLimit limit() {
        return limit;
    }

    public void limit(MemoryLimit other) {
        limit = other;
    }

    /** How many keys were evicted. */
    public long evictedKeys() {
        return evictedKeys;
    }

    void restoreCounter(long keys) {
        evictedKeys = keys;
    }

    /** How many bytes the keys count too many, 0 if they do not. */
    public long excessBytes() {
        return limit.isExceededBy(databases.memoryBytes()) ? databases.memoryBytes() - limit.maxBytes() : 0;
    }

    /** Whether there is no room and nothing that could go. */
    public boolean isStuck() {
        return excessBytes() > 0 && evictable() == 0;
    }

    /** Whether the leader has something to choose. */
    public boolean awaitsChoice() {
        return limit.policy().byAccesses() && excessBytes() > 0 && evictable() > 0;
    }

    /** Whether the state has something left to evict itself, that the next entry goes on with. */
    public boolean hasWork() {
        return excessBytes() > 0 && databases.memoryBytes() > limit.bytesWithoutLeader() && evictable() > 0;
    }

    /** Evicts what the state chooses itself, at most so many keys. */
    public void makeRoom(long keysMax) {
        long evicted = 0;
        while (evicted < keysMax && hasWork()) {
            evicted++;
            evict(
                    limit.policy().order() == EvictionPolicy.Order.DEADLINE
                            ? soonest()
                            : draw(databases.luck(), evictable()));
        }
    }

    /**
     * Evicts what the leader chose, as far as it is still as it was and still too much.
     *
     * @param victims in the order in which they go
     */
    public void evict(List<Entry.Victim> victims) {
        for (Entry.Victim victim : victims) {
            if (excessBytes() == 0 || !limit.policy().evicts()) {
                return;
            }
            KeyTable table = databases.table(victim.database());
            Object entry = table.ofVersion(victim.key(), victim.version());
            if (entry != null && mayGo(entry)) {
                evict(new Place(table, entry));
            }
        }
    }

    /**
     * Keys drawn evenly from those that may go, as many as have to be looked at to free what is too much; one may come
     * twice.
     *
     * @param luck gives 64 evenly distributed bits at each call
     */
    public List<Candidate> candidates(int max, LongSupplier luck) {
        long all = evictable();
        if (all == 0) {
            return List.of();
        }
        long averageBytes = databases.memoryBytes() / databases.storedKeys();
        long count = Math.min(max, limit.samples() * (1 + excessBytes() / averageBytes));
        List<Candidate> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Place place = draw(luck.getAsLong(), all);
            int database = place.table.database();
            Bytes key = Entries.key(place.entry).owned();
            drawn.add(new Candidate(
                    database,
                    key,
                    Entries.version(place.entry),
                    Entries.cost(place.entry),
                    databases.access(database, key)));
        }
        return drawn;
    }

    private long evictable() {
        if (!limit.policy().evicts()) {
            return 0;
        }
        long sum = 0;
        for (int i = 0; i < Databases.COUNT; i++) {
            sum += evictable(databases.table(i));
        }
        return sum;
    }

    private long evictable(KeyTable table) {
        return limit.policy().volatileOnly()
                ? table.expiries().keys()
                : table.entries().size();
    }

    private boolean mayGo(Object entry) {
        return !limit.policy().volatileOnly() || Entries.livesUntil(entry) != Deadline.NONE;
    }

    private void evict(Place place) {
        if (place.table.evict(place.entry)) {
            evictedKeys++;
        }
    }

    private Place soonest() {
        KeyTable first = databases.table(0);
        for (int i = 1; i < Databases.COUNT; i++) {
            if (databases.table(i).expiries().soonestKeyMillis()
                    < first.expiries().soonestKeyMillis()) {
                first = databases.table(i);
            }
        }
        return new Place(first, first.expiries().keyAt(0));
    }

    private Place draw(long luck, long all) {
        long rank = Math.unsignedMultiplyHigh(luck, all);
        int database = 0;
        while (rank >= evictable(databases.table(database))) {
            rank -= evictable(databases.table(database++));
        }
        KeyTable table = databases.table(database);
        Object entry = limit.policy().volatileOnly()
                ? table.expiries().keyAt((int) rank)
                : table.entries().byIndex(rank);
        return new Place(table, entry);
    }
}
