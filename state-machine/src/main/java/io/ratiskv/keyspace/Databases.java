package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Notifications;
import io.ratiskv.api.Request;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.SlotTrieView;
import io.ratiskv.collect.Slots;
import io.ratiskv.value.Limits;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The databases and what surrounds a request while it runs: the log's time, luck, the version its changes get. Confined
 * to whoever holds the state's lock.
 *
 * <p>Command bodies use what stands first; what stands behind the line belongs to the state machine alone.
 */
public final class Databases {
    public static final int COUNT = 16;

    private static final long VERSION_MAX = (1L << 48) - 1;

    private final Epoch epoch = new Epoch();
    private final Consequences consequences = new Consequences();
    private final KeyTable[] tables = new KeyTable[COUNT];
    private final Keyspace[] keyspaces = new Keyspace[COUNT];
    private final Eviction eviction = new Eviction(this);
    private KeyedHash hash;
    private Shapes shapes;

    private long nowMillis;
    private long versions;
    private long expiredKeys;
    private long expiredFields;
    /** Sum of what the tables count. */
    private long memoryBytes;

    /** Whether requests run that must not be refused for lack of room. */
    private boolean growthAdmitted;

    private @Nullable Accesses accesses;
    /** The same while accesses decide over anything, else null: then they cost nothing. */
    private @Nullable Accesses book;

    // Of the running entry and request.
    private long entryIndex;
    private long drawn;
    private long readsDrawn;
    private boolean reads;
    private long readMillis = Long.MIN_VALUE;
    private boolean metDueKey;
    /** False on replicas that answer nobody: what reads find is counted and told where they are answered. */
    private boolean answers = true;

    private long hits;
    private long misses;

    /** The key that was counted last. */
    private @Nullable Bytes counted;

    private boolean touching = true;

    /** The key that went into the book last. */
    private @Nullable Bytes booked;

    private long work;

    /** What the request's changes get, 0 before its first. */
    private long requestVersion;

    private final ExpectedKeys expected = new ExpectedKeys();

    // The key asked for last: slot and hash are computed once, however often a request looks it up.
    private @Nullable Bytes located;
    private int slot;
    private long keyHash;

    public Databases() {
        hash = new KeyedHash(0, 0);
        shapes = new Shapes(epoch, hash, Limits.STANDARD);
        Entries.Keys keys = new Entries.Keys(hash);
        for (int i = 0; i < COUNT; i++) {
            tables[i] = new KeyTable(i, this, keys, epoch);
            keyspaces[i] = new Keyspace(this, tables[i]);
        }
    }

    /** 0 to 15. */
    public Keyspace keyspace(int database) {
        return keyspaces[database];
    }

    /** The log's time: for writes the only time there is. */
    public long nowMillis() {
        return nowMillis;
    }

    /**
     * What a read calls now, to tell how long a key still lives or an entry waits: the leader's clock while a read is
     * evaluated alone, else the log's time.
     */
    public long readMillis() {
        return Math.max(nowMillis, readMillis);
    }

    /** 64 evenly distributed bits; to a write the same on every replica. The next call gives others. */
    public long luck() {
        // Reads ride along on one replica alone and must not spend what the writes behind them draw.
        return reads ? Luck.draw(~entryIndex, readsDrawn++) : Luck.draw(entryIndex, drawn++);
    }

    /** The two databases trade their keys. */
    public void swap(int first, int second) {
        newVersion();
        if (first != second) {
            tables[first].trade(tables[second]);
            changed(new Change.DatabasesSwapped(first, second));
        }
    }

    public void flushAll() {
        newVersion();
        for (KeyTable table : tables) {
            table.clear();
        }
        changed(new Change.Flushed(-1));
    }

    /** A command of a script begins: its events are its own, its changes and time those of the script. */
    public void beginCommand() {
        consequences.beginRequest();
    }

    /** A message for all who listen to the channel, at any node. */
    public void publish(Bytes channel, Bytes message) {
        consequences.publish(channel, message);
    }

    /** The running request went over so many elements that are not in its reply. */
    public void works(long elements) {
        work += elements;
    }

    /** What was reported by {@link #works} since the last call. */
    public long takeWork() {
        long taken = work;
        work = 0;
        return taken;
    }

    // --- the state machine's side -------------------------------------------------------------------------------

    /** An entry begins: time goes on to its stamp, or stands still if that lies behind. */
    public void beginEntry(long index, long stampMillis) {
        nowMillis = Math.max(nowMillis, stampMillis);
        entryIndex = index;
        drawn = 0;
    }

    /** A request begins that may change the state. */
    public void beginWrite() {
        begin(false, Long.MIN_VALUE);
    }

    /**
     * A request begins that may not.
     *
     * @param leaderMillis keys that are due between the log's time and this one are remembered as met;
     *     {@link Long#MIN_VALUE} for the log's time
     */
    public void beginRead(long leaderMillis) {
        begin(true, leaderMillis);
    }

    private void begin(boolean readsOnly, long leaderMillis) {
        reads = readsOnly;
        readMillis = leaderMillis;
        metDueKey = false;
        requestVersion = 0;
        // Also lets go of the array that the last request came in.
        located = null;
        counted = null;
        booked = null;
        consequences.beginRequest();
    }

    /** Whether the read met a key or a field that the leader's clock, but not yet the log's, takes for gone. */
    public boolean metDueKey() {
        return metDueKey;
    }

    /** From now on the entry's unit of that number runs; {@link Effect#NOBODY}: none whose asker is known here. */
    public void beginUnit(int number) {
        consequences.beginUnit(number);
    }

    /** Deletes at most {@code max} keys, and fields of hashes, that are due at the log's time. */
    public void sweep(int max) {
        int left = max;
        beginWrite();
        for (KeyTable table : tables) {
            while (left > 0 && table.expiries().soonestMillis() <= nowMillis) {
                left -= table.expireDue(left);
            }
        }
    }

    /** When a key or a field of a hash expires next, {@link Deadline#NONE} if none does. */
    public long soonestDeadline() {
        long soonest = Deadline.NONE;
        for (KeyTable table : tables) {
            soonest = Math.min(soonest, table.expiries().soonestMillis());
        }
        return soonest;
    }

    public void listen(Set<EffectInterest> interests) {
        consequences.listen(interests);
    }

    /** From now on these keyspace events are told to who listens to any. */
    public void tellOf(Notifications chosen) {
        consequences.tellOf(chosen);
    }

    /** Whether what runs from now on is answered here: only there a read that finds no key is told. */
    public void answering(boolean someone) {
        answers = someone;
    }

    /** How often reads that were answered here found a key; no part of the state. */
    public long hits() {
        return hits;
    }

    /** How often they found none. */
    public long misses() {
        return misses;
    }

    /** The effects of the changes since the last call, in order. */
    public List<Effect> takeEffects() {
        return consequences.take();
    }

    /** How many keys there are, those included that are due and not yet deleted. */
    public long storedKeys() {
        long sum = 0;
        for (KeyTable table : tables) {
            sum += table.entries().size();
        }
        return sum;
    }

    public boolean isEmpty() {
        return storedKeys() == 0;
    }

    public KeyedHash hash() {
        return hash;
    }

    /** @throws IllegalStateException if there are keys: they were hashed otherwise */
    public void rehash(KeyedHash newHash) {
        if (!isEmpty()) {
            throw new IllegalStateException("the hash key cannot change while there are keys");
        }
        hash = newHash;
        expected.forget();
        shapes = new Shapes(epoch, newHash, shapes.limits());
        Entries.Keys keys = new Entries.Keys(newHash);
        for (KeyTable table : tables) {
            table.reset(keys, epoch);
        }
    }

    public Shapes shapes() {
        return shapes;
    }

    /** From now on collections outgrow the compact shape here; those that did stay as they are. */
    public void limit(Limits limits) {
        shapes = new Shapes(epoch, hash, limits);
    }

    /** The highest version given. */
    public long versions() {
        return versions;
    }

    /** How many keys were deleted because their deadline passed. */
    public long expiredKeys() {
        return expiredKeys;
    }

    /** How many fields of hashes were deleted because their deadline passed. */
    public long expiredFields() {
        return expiredFields;
    }

    /** The memory account: a deterministic cost of all keys, in bytes. */
    public long memoryBytes() {
        return memoryBytes;
    }

    public Eviction eviction() {
        return eviction;
    }

    public void limitMemory(MemoryLimit limit) {
        eviction.limit(limit);
        keepBook();
    }

    /** Whether the running request may not take more room. What has begun to change something is not stopped. */
    public boolean refusesGrowth() {
        return !growthAdmitted && requestVersion == 0 && eviction.isStuck();
    }

    /** From now on requests are, or are not, run whatever room they take: what they belong to was let in as a whole. */
    public void admitGrowth(boolean admitted) {
        growthAdmitted = admitted;
    }

    /** What was said by {@link #admitGrowth} last. */
    public boolean admitsGrowth() {
        return growthAdmitted;
    }

    /** From now on this one hears which keys are asked for. */
    public void record(Accesses to) {
        accesses = to;
        keepBook();
    }

    /** Whether keys that are asked for from now on count as wanted. */
    public void touching(boolean wanted) {
        touching = wanted;
    }

    private void keepBook() {
        book = eviction.limit().policy().byAccesses() ? accesses : null;
    }

    /** The state as of now, readable by another thread while changes go on; O(1). */
    public FrozenDatabases freeze() {
        List<SlotTrieView<Object>> views = new ArrayList<>(COUNT);
        for (KeyTable table : tables) {
            views.add(table.freeze());
        }
        return new FrozenDatabases(views);
    }

    /** Counters of a snapshot. */
    public void restoreCounters(
            long logMillis, long versionsGiven, long keysExpired, long fieldsExpired, long keysEvicted) {
        nowMillis = logMillis;
        versions = versionsGiven;
        expiredKeys = keysExpired;
        expiredFields = fieldsExpired;
        eviction.restoreCounter(keysEvicted);
    }

    /**
     * A string of a snapshot.
     *
     * @throws IllegalArgumentException if the key is there already
     */
    public void restoreString(int database, Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
        tables[database].restore(StringEntry.of(key, value, version, expireAtMillis, pieced));
    }

    /**
     * Any other value of a snapshot.
     *
     * @throws IllegalArgumentException if the key is there already
     */
    public void restoreValue(int database, Bytes key, long version, long expireAtMillis, Value value) {
        tables[database].restore(ValueEntry.of(key.toByteArray(), version, expireAtMillis, value));
    }

    /** Everything of a snapshot is there. */
    public void restored() {
        for (KeyTable table : tables) {
            table.restored();
        }
    }

    // --- the tables' side ---------------------------------------------------------------------------------------

    KeyTable table(int database) {
        return tables[database];
    }

    /** Makes {@link #slot} and {@link #keyHash} those of {@code key}. */
    @SuppressWarnings("ReferenceEquality") // a hit is the point; another equal key only costs its hash
    void locate(Bytes key) {
        if (key != located) {
            int number = expected.find(key);
            slot = number >= 0 ? expected.slot(number) : Slots.of(key.array(), key.offset(), key.length());
            keyHash = number >= 0 ? expected.hash(number) : hash.hash(key.array(), key.offset(), key.length());
            located = key;
        }
    }

    /** This request will run soon. */
    public void expect(Request request) {
        // That the word behind the name is a key is a guess, which is mostly right.
        if (request.words().length > 1 && request.database() >= 0 && request.database() < COUNT) {
            expected.expect(request.words(), tables[request.database()].entries(), hash);
        }
    }

    /** Has the memory fetched that the expected requests will touch. */
    public void fetchExpected() {
        expected.fetch();
    }

    /** The expected requests have run, or will not. */
    public void forgetExpected() {
        expected.forget();
    }

    int slot() {
        return slot;
    }

    long keyHash() {
        return keyHash;
    }

    /** Whether a key or field with this deadline is there for the running request. */
    boolean lives(long deadline) {
        if (deadline <= nowMillis) {
            return false;
        }
        if (deadline <= readMillis) {
            metDueKey = true;
        }
        return true;
    }

    /** @throws IllegalStateException while a read is evaluated */
    void requireWrite() {
        if (reads) {
            throw new IllegalStateException("a read tries to change the state");
        }
    }

    /** The version of the running request's changes. */
    long newVersion() {
        requireWrite();
        if (requestVersion == 0) {
            if (versions == VERSION_MAX) {
                throw new IllegalStateException("all versions are spent");
            }
            requestVersion = ++versions;
        }
        return requestVersion;
    }

    void changed(Change change) {
        consequences.of(change);
    }

    /** There was no such key before the change that follows. The key was located last. */
    void created(int database, Bytes key) {
        consequences.created(database, key);
        if (book != null) {
            booked = key;
            book.created(access(database));
        }
    }

    /** The running request asked for a key, perhaps not for the first time. The key was located last. */
    @SuppressWarnings("ReferenceEquality") // as in askedFor
    void touched(int database, Bytes key) {
        if (book != null && touching && key != booked) {
            booked = key;
            book.touched(access(database));
        }
    }

    /** Of the key that was located last. What one node knows must not reach a request that all run. */
    int idleSeconds(int database) {
        return book == null || !reads ? 0 : book.idleSeconds(access(database));
    }

    /** As {@link #idleSeconds}. */
    int frequency(int database) {
        return book == null || !reads ? 0 : book.frequency(access(database));
    }

    /** What names a key to {@link Accesses}. */
    long access(int database, Bytes key) {
        locate(key);
        return access(database);
    }

    private long access(int database) {
        return Luck.mix(keyHash + database);
    }

    /** So many bytes more are counted by one of the tables. */
    void account(long more) {
        memoryBytes += more;
    }

    /** The running request asked for a key, perhaps not for the first time. */
    @SuppressWarnings("ReferenceEquality") // the same word of the request is meant: MGET k k asks twice
    void askedFor(int database, Bytes key, boolean found) {
        if (!reads || !answers || key == counted) {
            return;
        }
        counted = key;
        if (found) {
            hits++;
        } else {
            misses++;
            consequences.missed(database, key);
        }
    }

    void groupsLost(int database, Bytes key) {
        consequences.groupsLost(database, key);
    }

    void countExpired() {
        expiredKeys++;
    }

    void countExpiredFields(int count) {
        expiredFields += count;
    }

    void raiseEpoch() {
        epoch.raise();
    }
}
