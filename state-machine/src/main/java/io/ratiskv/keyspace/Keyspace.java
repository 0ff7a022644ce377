package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.SlotTrie;
import io.ratiskv.collect.SlotTrieView;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.ScoredMembers;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One database: the handles through which its keys are read and changed. Confined to whoever holds the state's lock.
 *
 * <p>A key whose deadline is not after the log's time is absent to all methods. Returned bytes are never written
 * again. Methods that change something throw {@link IllegalStateException} while a read is evaluated.
 *
 * <p>All changes end in {@link #store}, {@link #delete} or {@link #expire}, where trie, expiries and memory account
 * move together and the {@link Change} is handed on.
 */
public final class Keyspace {
    /** Cursors of {@link #scan} are below it, so that clients that take numbers for doubles hand them back unharmed. */
    private static final long CURSOR_LIMIT = 1L << 53;

    /** So often a random key may turn out to be due before the first in order is taken. */
    private static final int RANDOM_DRAWS_MAX = 100;

    private final int database;
    private final Databases databases;
    private SlotTrie<Object> entries;
    private Expiries expiries = new Expiries();
    private long memoryBytes;

    Keyspace(int database, Databases databases, ElementKeys<Object> keys, Epoch epoch) {
        this.database = database;
        this.databases = databases;
        this.entries = new SlotTrie<>(keys, epoch);
    }

    /** 0 to 15. */
    public int database() {
        return database;
    }

    // --- any type -----------------------------------------------------------------------------------------------

    public boolean exists(Bytes key) {
        return meet(key) != null;
    }

    /** As {@link #exists}, but the key was asked for. */
    public boolean touch(Bytes key) {
        return find(key) != null;
    }

    /** Null if there is no such key. */
    public @Nullable ValueType type(Bytes key) {
        Object entry = meet(key);
        return entry == null ? null : Entries.type(entry);
    }

    /**
     * {@link Deadline#ABSENT}, {@link Deadline#NONE} or the deadline the key was given. A hash may be gone before: with
     * its last field.
     */
    public long deadline(Bytes key) {
        Object entry = meet(key);
        return entry == null ? Deadline.ABSENT : Entries.deadline(entry);
    }

    /** The request that changed the key last, 0 if there is no such key. */
    public long version(Bytes key) {
        Object entry = look(key);
        return entry == null ? 0 : Entries.version(entry);
    }

    /** The shape of the value, in OBJECT ENCODING's words; null if there is no such key. */
    public @Nullable String encoding(Bytes key) {
        Object entry = look(key);
        return entry == null ? null : Entries.encoding(entry);
    }

    /** For how many seconds nobody asked this node for the key; 0 where no book is kept, -1 if there is no such key. */
    public long idleSeconds(Bytes key) {
        Object entry = look(key);
        return entry == null ? -1 : databases.idleSeconds(database);
    }

    /** How often this node is asked for the key, as Redis counts; 0 where no book is kept, -1 if there is no such key. */
    public int frequency(Bytes key) {
        Object entry = look(key);
        return entry == null ? -1 : databases.frequency(database);
    }

    /** What the key counts in the memory account, in bytes; -1 if there is no such key. */
    public long memoryUsage(Bytes key) {
        Object entry = look(key);
        return entry == null ? -1 : Entries.cost(entry);
    }

    /** False if there was no such key. */
    public boolean remove(Bytes key) {
        return delete(key, new Change.KeyRemoved(database, key));
    }

    /** Sets the deadline; one that is not after the log's time removes the key. False if there is no such key. */
    public boolean expireAt(Bytes key, long expireAtMillis) {
        Object entry = find(key);
        if (entry == null) {
            return false;
        }
        if (expireAtMillis <= databases.nowMillis()) {
            return remove(key);
        }
        Object changed = Entries.copy(entry, Entries.key(entry), databases.newVersion(), expireAtMillis);
        store(key, changed, new Change.DeadlineSet(database, key, expireAtMillis));
        return true;
    }

    /** False if there is no such key or it has no deadline. */
    public boolean persist(Bytes key) {
        Object entry = find(key);
        if (entry == null || Entries.deadline(entry) == Deadline.NONE) {
            return false;
        }
        Object changed = Entries.copy(entry, Entries.key(entry), databases.newVersion(), Deadline.NONE);
        store(key, changed, new Change.DeadlineCleared(database, key));
        return true;
    }

    /**
     * {@code target} takes over what {@code key} holds and its deadline; renaming a key to itself changes nothing.
     *
     * @return false if there is no {@code key}
     */
    public boolean rename(Bytes key, Bytes target) {
        Object entry = find(key);
        if (entry == null || key.equals(target)) {
            return entry != null;
        }
        Object renamed = Entries.copy(entry, target, databases.newVersion(), Entries.deadline(entry));
        take(key);
        store(target, renamed, new Change.KeyRenamed(database, key, target, Entries.type(entry)));
        return true;
    }

    /** Puts a copy, with the deadline, over whatever {@code target} holds. False if there is no {@code key}. */
    public boolean copy(Bytes key, Keyspace targetKeyspace, Bytes target) {
        Object entry = find(key);
        if (entry == null) {
            return false;
        }
        long version = databases.newVersion();
        if (entry instanceof ValueEntry) {
            // From now on whichever of the two is changed first copies what it changes.
            databases.raiseEpoch();
        }
        Object copy = Entries.copy(entry, target, version, Entries.deadline(entry));
        targetKeyspace.store(
                target,
                copy,
                new Change.KeyCopied(database, key, targetKeyspace.database, target, Entries.type(entry)));
        return true;
    }

    /**
     * What the key holds, as of the next change no longer to be used; null if that is a string in one array, or nothing.
     * Of a hash, fields that are due may be in it.
     */
    public @Nullable Value value(Bytes key) {
        if (find(key) instanceof ValueEntry entry) {
            // A read of all that is there meets the fields, too.
            databases.lives(entry.fields().soonestMillis());
            return entry.value();
        }
        return null;
    }

    /** Puts a string that was brought along over whatever the key holds. */
    public void putRestored(Bytes key, Bytes string, long expireAtMillis) {
        byte[] entry = StringEntry.of(key, string, databases.newVersion(), expireAtMillis, /* pieced= */ false);
        store(key, entry, new Change.KeyRestored(database, key, ValueType.STRING, expireAtMillis));
    }

    /** Puts a value that was brought along, and never part of the state before, over whatever the key holds. */
    public void putRestored(Bytes key, Value value, long expireAtMillis) {
        ValueEntry entry = ValueEntry.of(key.toByteArray(), databases.newVersion(), expireAtMillis, value);
        store(key, entry, new Change.KeyRestored(database, key, value.type(), expireAtMillis));
    }

    /** False if there is no {@code key} here or there is one in the other database. */
    public boolean move(Bytes key, Keyspace targetKeyspace) {
        Object entry = find(key);
        if (entry == null || targetKeyspace.find(key) != null) {
            return false;
        }
        Object moved = Entries.copy(entry, key, databases.newVersion(), Entries.deadline(entry));
        take(key);
        targetKeyspace.store(
                key, moved, new Change.KeyMoved(database, key, targetKeyspace.database, Entries.type(entry)));
        return true;
    }

    // --- strings ------------------------------------------------------------------------------------------------

    /**
     * The value of a string, null if there is no such key.
     *
     * @throws CommandException WRONGTYPE
     */
    public @Nullable Bytes string(Bytes key) {
        Object entry = find(key);
        if (entry instanceof byte[] string) {
            return StringEntry.value(string);
        }
        return entry == null ? null : paged(entry).whole();
    }

    /**
     * The string at {@code key}, to be read or changed in part.
     *
     * @throws CommandException WRONGTYPE
     */
    public StringHandle stringAt(Bytes key) {
        Object entry = find(key);
        if (entry != null) {
            requireString(entry);
        }
        return new StringHandle(this, databases, key, entry);
    }

    /** A string of zero bytes without a deadline, to be written and then stored over whatever the key holds. */
    public StringEdit newString(Bytes key, int length) {
        return new StringHandle(this, databases, key, null).anew(length);
    }

    /**
     * Puts a string over whatever the key holds. A deadline that is not after the log's time leaves the key absent.
     *
     * @param expireAtMillis a log time, {@link Deadline#NONE} or {@link Deadline#KEEP}
     */
    public void put(Bytes key, Bytes value, long expireAtMillis) {
        long deadline = expireAtMillis == Deadline.KEEP ? keptDeadline(find(key)) : expireAtMillis;
        if (deadline <= databases.nowMillis()) {
            remove(key);
            return;
        }
        byte[] entry = StringEntry.of(key, value, databases.newVersion(), deadline, false);
        boolean keeps = expireAtMillis == Deadline.KEEP;
        store(key, entry, new Change.StringPut(database, key, value, deadline, keeps));
    }

    // --- hashes -------------------------------------------------------------------------------------------------

    /**
     * The hash at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public HashHandle hash(Bytes key) {
        return new HashHandle(typed(key, HashValue.class));
    }

    // --- lists --------------------------------------------------------------------------------------------------

    /**
     * The list at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public ListHandle list(Bytes key) {
        return new ListHandle(typed(key, ListValue.class));
    }

    // --- sets ---------------------------------------------------------------------------------------------------

    /**
     * The set at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public SetHandle set(Bytes key) {
        return new SetHandle(typed(key, SetValue.class));
    }

    /** Puts a set made of others, and never part of the state before, over whatever the key holds; without members the key is gone. */
    public void putSet(Bytes key, SetValue set, Change.Algebra algebra) {
        putValue(key, set, new Change.SetStored(database, key, algebra));
    }

    /** Puts a list that was made by sorting, and never part of the state before, over whatever the key holds; without elements the key is gone. */
    public void putSortedList(Bytes key, ListValue list) {
        putValue(key, list, new Change.ListSorted(database, key, list.size()));
    }

    // --- sorted sets --------------------------------------------------------------------------------------------

    /**
     * The sorted set at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public SortedSetHandle sortedSet(Bytes key) {
        return new SortedSetHandle(typed(key, SortedSetValue.class));
    }

    /**
     * The sorted set or set at {@code key}, to be read before the next change.
     *
     * @throws CommandException WRONGTYPE
     */
    public ScoredMembers scoredMembers(Bytes key) {
        return type(key) == ValueType.SET
                ? ScoredMembers.of(set(key).members())
                : sortedSet(key).members();
    }

    /** Puts a sorted set that was never part of the state before over whatever the key holds; without members the key is gone. */
    public void putSortedSet(Bytes key, SortedSetValue set, Change.SortedSetOrigin origin) {
        putValue(key, set, new Change.SortedSetStored(database, key, set.size(), origin));
    }

    // --- streams ------------------------------------------------------------------------------------------------

    /**
     * The stream at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public StreamHandle stream(Bytes key) {
        return new StreamHandle(typed(key, StreamValue.class));
    }

    // --- what is not a string -----------------------------------------------------------------------------------

    private <V extends Value> TypedKey<V> typed(Bytes key, Class<V> type) {
        Object entry = find(key);
        if (entry == null) {
            return new TypedKey<>(this, databases, key, type, null);
        }
        if (entry instanceof ValueEntry found && type.isInstance(found.value())) {
            return new TypedKey<>(this, databases, key, type, found);
        }
        throw CommandException.wrongType();
    }

    /** Puts a value without a deadline over whatever the key holds; one without members leaves the key absent. */
    private void putValue(Bytes key, Value value, Change change) {
        if (value.isEmpty()) {
            remove(key);
            return;
        }
        store(key, ValueEntry.of(key.toByteArray(), databases.newVersion(), Deadline.NONE, value), change);
    }

    /** Puts a value in place of the entry its handle was given. */
    ValueEntry storeValue(Bytes key, @Nullable Object old, Value value, Change change) {
        byte[] ownKey = old instanceof ValueEntry other ? other.key() : key.toByteArray();
        ValueEntry entry = ValueEntry.of(ownKey, databases.newVersion(), keptDeadline(old), value);
        store(key, entry, change);
        return entry;
    }

    /** Puts the same content in another shape, which is no change. */
    ValueEntry reshapeValue(Bytes key, ValueEntry old, Value value) {
        ValueEntry entry = ValueEntry.of(old.key(), old.version(), old.expireAtMillis(), value);
        databases.locate(key);
        entries.put(databases.slot(), databases.keyHash(), entry);
        settle(old, entry);
        return entry;
    }

    // --- all keys -----------------------------------------------------------------------------------------------

    /** How many keys there are at the log's time. */
    public long size() {
        return entries.size() - expiries.dueKeys(databases.nowMillis());
    }

    /** How many of them are gone some time by themselves: with a deadline, or a hash all of whose fields have one. */
    public long expiring() {
        return (long) expiries.keys() - expiries.dueKeys(databases.nowMillis());
    }

    /** How many hashes have fields that expire, those included that are due and not yet removed. */
    public long expiringHashes() {
        return expiries.hashes();
    }

    /** How long the keys that have a deadline live on on average, judged by a few of them; 0 if none has. */
    public long averageTtlMillis() {
        return expiries.averageFrom(databases.nowMillis());
    }

    /** A key drawn evenly with {@code luck}, null if there is none. */
    public @Nullable Bytes randomKey(long luck) {
        if (size() == 0) {
            return null;
        }
        for (int draw = 0; draw < RANDOM_DRAWS_MAX; draw++) {
            long index = Math.unsignedMultiplyHigh(Luck.draw(luck, draw), entries.size());
            Object entry = entries.byIndex(index);
            if (isAlive(entry)) {
                return Entries.key(entry);
            }
        }
        // Nearly all keys are due and not yet deleted: the first that lives will do.
        for (Object entry : entries) {
            if (isAlive(entry)) {
                return Entries.key(entry);
            }
        }
        throw new IllegalStateException("no key alive among " + size());
    }

    /** All keys at the log's time, in the order of {@link #scan}. */
    public void forEachKey(KeyVisitor visitor) {
        for (Object entry : entries) {
            tell(entry, visitor);
        }
    }

    /**
     * The keys behind {@code cursor}, about {@code count} of them, at the log's time.
     *
     * @param cursor 0 to begin, else what the call before returned; one that no call returned ends the walk
     * @return 0 when all were told
     */
    public long scan(long cursor, int count, KeyVisitor visitor) {
        if (cursor < 0 || cursor >= CURSOR_LIMIT) {
            return 0;
        }
        return entries.scan(cursor, count, entry -> tell(entry, visitor));
    }

    /** How many keys a slot has, those that are due and not yet deleted included. */
    public long countInSlot(int slot) {
        return entries.size(slot);
    }

    /** The first keys of a slot, {@code most} at most, at the log's time. */
    public List<Bytes> keysInSlot(int slot, int most) {
        List<Bytes> keys = new ArrayList<>();
        for (Iterator<Object> all = entries.iterator(slot); all.hasNext() && keys.size() < most; ) {
            Object entry = all.next();
            if (isAlive(entry)) {
                keys.add(Entries.key(entry).owned());
            }
        }
        return keys;
    }

    /** Removes all keys. */
    public void flush() {
        databases.newVersion();
        clear();
        databases.changed(new Change.Flushed(database));
    }

    private void tell(Object entry, KeyVisitor visitor) {
        if (isAlive(entry)) {
            visitor.visit(Entries.key(entry), Entries.type(entry));
        }
    }

    private boolean isAlive(Object entry) {
        return Entries.livesUntil(entry) > databases.nowMillis();
    }

    // --- the owner's side ---------------------------------------------------------------------------------------

    long memoryBytes() {
        return memoryBytes;
    }

    /** Keys including those that are due and not yet deleted. */
    long storedKeys() {
        return entries.size();
    }

    /** The entry of one of them, by its rank in the order of {@link #scan}. */
    Object storedAt(long rank) {
        return entries.byIndex(rank);
    }

    /** How many of them are gone some time by themselves. */
    int storedExpiring() {
        return expiries.keys();
    }

    /** The entry of one of those, the soonest gone first. */
    Object expiringAt(int rank) {
        return expiries.keyAt(rank);
    }

    /** When the first of them is gone, {@link Deadline#NONE} if none is. */
    long soonestEnd() {
        return expiries.soonestKeyMillis();
    }

    /** The entry of a key that has this version still, null if it is gone or has changed. */
    @Nullable
    Object ofVersion(Bytes key, long version) {
        Object entry = look(key);
        return entry == null || Entries.version(entry) != version ? null : entry;
    }

    /** Removes a stored entry to make room; false if it was due anyway. */
    boolean evict(Object entry) {
        Bytes key = Entries.key(entry);
        take(key);
        if (!isAlive(entry)) {
            expire(key, entry);
            return false;
        }
        databases.changed(new Change.KeyEvicted(database, key));
        return true;
    }

    SlotTrieView<Object> freeze() {
        return entries.freeze();
    }

    /** Begins anew, with keys hashed otherwise. */
    void reset(ElementKeys<Object> keys, Epoch epoch) {
        clear();
        entries = new SlotTrie<>(keys, epoch);
    }

    void clear() {
        entries.clear();
        expiries.clear();
        databases.account(-memoryBytes);
        memoryBytes = 0;
    }

    /** The two databases trade their keys. */
    void trade(Keyspace other) {
        SlotTrie<Object> otherEntries = other.entries;
        Expiries otherExpiries = other.expiries;
        long otherMemoryBytes = other.memoryBytes;
        other.entries = entries;
        other.expiries = expiries;
        other.memoryBytes = memoryBytes;
        entries = otherEntries;
        expiries = otherExpiries;
        memoryBytes = otherMemoryBytes;
    }

    /** When a key or a field expires next, {@link Deadline#NONE} if none does. */
    long soonestDeadline() {
        return expiries.soonestMillis();
    }

    /**
     * Deletes one key that is due, or, when there is none, at most {@code max} due fields of one hash.
     *
     * @return how many were deleted, 0 if nothing is due
     */
    int expireDue(int max) {
        Object due = expiries.dueKey(databases.nowMillis());
        if (due != null) {
            Bytes key = Entries.key(due);
            take(key);
            expire(key, due);
            return 1;
        }
        Object hash = expiries.dueHash(databases.nowMillis());
        return hash == null ? 0 : hash(Entries.key(hash)).removeDue(max);
    }

    /**
     * Puts an entry of a snapshot; its deadline counts from {@link #restored} on.
     *
     * @throws IllegalArgumentException if there is one with its key already
     */
    void restore(Object entry) {
        Bytes key = Entries.key(entry);
        databases.locate(key);
        Object displaced = entries.put(databases.slot(), databases.keyHash(), entry);
        if (displaced != null) {
            throw new IllegalArgumentException("a key is there twice: " + key);
        }
        long cost = Entries.cost(entry);
        memoryBytes += cost;
        databases.account(cost);
    }

    /** All entries of a snapshot are there: now those that expire are put in order. */
    void restored() {
        expiries.refill(entries);
    }

    // --- where changes meet -------------------------------------------------------------------------------------

    /** The entry of a key that is there for the running request; null if none is. */
    private @Nullable Object find(Bytes key) {
        Object entry = meet(key);
        if (entry != null) {
            databases.touched(database, key);
        }
        return entry;
    }

    /** As {@link #find}, but that it was asked for does not keep the key longer: only whether it is there is wanted. */
    private @Nullable Object meet(Bytes key) {
        Object entry = look(key);
        databases.askedFor(database, key, entry != null);
        return entry;
    }

    /** As {@link #meet}, but it does not count as asked for: what is wanted is not what the key holds. */
    private @Nullable Object look(Bytes key) {
        databases.locate(key);
        Object entry = entries.get(databases.slot(), databases.keyHash(), key.array(), key.offset(), key.length());
        return entry == null || !databases.lives(Entries.livesUntil(entry)) ? null : entry;
    }

    /** @throws CommandException WRONGTYPE */
    private static void requireString(Object entry) {
        if (!(entry instanceof byte[])) {
            paged(entry);
        }
    }

    /**
     * What an entry that is no array holds.
     *
     * @throws CommandException WRONGTYPE
     */
    static PagedString paged(Object entry) {
        if (entry instanceof ValueEntry other && other.value() instanceof PagedString paged) {
            return paged;
        }
        throw CommandException.wrongType();
    }

    static long keptDeadline(@Nullable Object entry) {
        return entry == null ? Deadline.NONE : Entries.deadline(entry);
    }

    void store(Bytes key, Object entry, Change change) {
        databases.locate(key);
        Object displaced = entries.put(databases.slot(), databases.keyHash(), entry);
        settle(displaced, entry);
        if (displaced != null && !isAlive(displaced)) {
            expire(key, displaced);
            databases.created(database, key);
        } else if (displaced == null) {
            databases.created(database, key);
        } else {
            databases.touched(database, key);
        }
        databases.changed(change);
    }

    private boolean delete(Bytes key, Change change) {
        databases.newVersion();
        Object removed = take(key);
        if (removed == null) {
            return false;
        }
        if (!isAlive(removed)) {
            expire(key, removed);
            return false;
        }
        databases.changed(change);
        return true;
    }

    /** The entry was due and is gone. */
    private void expire(Bytes key, Object entry) {
        if (Entries.deadline(entry) <= databases.nowMillis()) {
            databases.countExpired();
            databases.changed(new Change.KeyExpired(database, key));
            return;
        }
        int fields = ((HashValue) ((ValueEntry) entry).value()).size();
        databases.countExpiredFields(fields);
        databases.changed(new Change.HashFieldsExpired(database, key, fields));
        databases.changed(new Change.KeyRemoved(database, key));
    }

    private @Nullable Object take(Bytes key) {
        databases.locate(key);
        Object removed = entries.remove(databases.slot(), databases.keyHash(), key.array(), key.offset(), key.length());
        settle(removed, null);
        return removed;
    }

    /** Expiries and memory account follow the trie, and who reads a stream for a group hears when it is gone. */
    private void settle(@Nullable Object before, @Nullable Object after) {
        long more = (after == null ? 0 : Entries.cost(after)) - (before == null ? 0 : Entries.cost(before));
        memoryBytes += more;
        databases.account(more);
        expiries.follow(before, after);
        if (before != null && isStream(before) && !isStream(after)) {
            databases.groupsLost(database, Entries.key(before));
        }
    }

    private static boolean isStream(@Nullable Object entry) {
        return entry instanceof ValueEntry other && other.value() instanceof StreamValue;
    }
}
