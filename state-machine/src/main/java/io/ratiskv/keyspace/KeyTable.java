package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.SlotTrie;
import io.ratiskv.collect.SlotTrieView;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one database: what a {@link Keyspace} and its handles stand on. Confined to whoever holds the state's lock.
 *
 * <p>All changes end in {@link #store}, {@link #remove} or {@link #expire}, where trie, expiries and memory account
 * move together and the {@link Change} is handed on.
 */
final class KeyTable {
    private final int database;
    private final Databases databases;
    private SlotTrie<Object> entries;
    private Expiries expiries = new Expiries();
    private long memoryBytes;

    KeyTable(int database, Databases databases, ElementKeys<Object> keys, Epoch epoch) {
        this.database = database;
        this.databases = databases;
        this.entries = new SlotTrie<>(keys, epoch);
    }

    int database() {
        return database;
    }

    /** All entries, those included that are due and not yet deleted. */
    SlotTrieView<Object> entries() {
        return entries;
    }

    Expiries expiries() {
        return expiries;
    }

    // --- one key ------------------------------------------------------------------------------------------------

    /** The entry of a key that is there for the running request; null if none is. */
    @Nullable
    Object find(Bytes key) {
        Object entry = meet(key);
        if (entry != null) {
            databases.touched(database, key);
        }
        return entry;
    }

    /** As {@link #find}, but that it was asked for does not keep the key longer: only whether it is there is wanted. */
    @Nullable
    Object meet(Bytes key) {
        Object entry = look(key);
        databases.askedFor(database, key, entry != null);
        return entry;
    }

    /** As {@link #meet}, but it does not count as asked for: what is wanted is not what the key holds. */
    @Nullable
    Object look(Bytes key) {
        databases.locate(key);
        Object entry = entries.get(databases.slot(), databases.keyHash(), key.array(), key.offset(), key.length());
        return entry == null || !databases.lives(Entries.livesUntil(entry)) ? null : entry;
    }

    /** @throws CommandException WRONGTYPE */
    static void requireString(Object entry) {
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

    <V extends Value> TypedKey<V> typed(Bytes key, Class<V> type) {
        Object entry = find(key);
        if (entry == null) {
            return new TypedKey<>(this, databases, key, type, null);
        }
        if (entry instanceof ValueEntry found && type.isInstance(found.value())) {
            return new TypedKey<>(this, databases, key, type, found);
        }
        throw CommandException.wrongType();
    }

    // --- where changes meet -------------------------------------------------------------------------------------

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

    /** False if there was no such key. */
    boolean remove(Bytes key) {
        databases.newVersion();
        Object removed = take(key);
        if (removed == null) {
            return false;
        }
        if (!isAlive(removed)) {
            expire(key, removed);
            return false;
        }
        databases.changed(new Change.KeyRemoved(database, key));
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

    @Nullable
    Object take(Bytes key) {
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

    boolean isAlive(Object entry) {
        return Entries.livesUntil(entry) > databases.nowMillis();
    }

    // --- the owner's side ---------------------------------------------------------------------------------------

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
    void trade(KeyTable other) {
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
        return hash == null ? 0 : new HashHandle(typed(Entries.key(hash), HashValue.class)).removeDue(max);
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
}
