package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.ValueType;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
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
 */
public final class Keyspace {
    /** Cursors of {@link #scan} are below it, so that clients that take numbers for doubles hand them back unharmed. */
    private static final long CURSOR_LIMIT = 1L << 53;

    /** So often a random key may turn out to be due before the first in order is taken. */
    private static final int RANDOM_DRAWS_MAX = 100;

    private final int database;
    private final Databases databases;
    private final KeyTable table;

    Keyspace(Databases databases, KeyTable table) {
        this.database = table.database();
        this.databases = databases;
        this.table = table;
    }

    /** 0 to 15. */
    public int database() {
        return database;
    }

    // --- any type -----------------------------------------------------------------------------------------------

    public boolean exists(Bytes key) {
        return table.meet(key) != null;
    }

    /** As {@link #exists}, but the key was asked for. */
    public boolean touch(Bytes key) {
        return table.find(key) != null;
    }

    /** Null if there is no such key. */
    public @Nullable ValueType type(Bytes key) {
        Object entry = table.meet(key);
        return entry == null ? null : Entries.type(entry);
    }

    /**
     * {@link Deadline#ABSENT}, {@link Deadline#NONE} or the deadline the key was given. A hash may be gone before: with
     * its last field.
     */
    public long deadline(Bytes key) {
        Object entry = table.meet(key);
        return entry == null ? Deadline.ABSENT : Entries.deadline(entry);
    }

    /** The request that changed the key last, 0 if there is no such key. */
    public long version(Bytes key) {
        Object entry = table.look(key);
        return entry == null ? 0 : Entries.version(entry);
    }

    /** The shape of the value, in OBJECT ENCODING's words; null if there is no such key. */
    public @Nullable String encoding(Bytes key) {
        Object entry = table.look(key);
        return entry == null ? null : Entries.encoding(entry);
    }

    /** For how many seconds nobody asked this node for the key; 0 where no book is kept, -1 if there is no such key. */
    public long idleSeconds(Bytes key) {
        Object entry = table.look(key);
        return entry == null ? -1 : databases.idleSeconds(database);
    }

    /** How often this node is asked for the key, as Redis counts; 0 where no book is kept, -1 if there is no such key. */
    public int frequency(Bytes key) {
        Object entry = table.look(key);
        return entry == null ? -1 : databases.frequency(database);
    }

    /** What the key counts in the memory account, in bytes; -1 if there is no such key. */
    public long memoryUsage(Bytes key) {
        Object entry = table.look(key);
        return entry == null ? -1 : Entries.cost(entry);
    }

    /** False if there was no such key. */
    public boolean remove(Bytes key) {
        return table.remove(key);
    }

    /** Sets the deadline; one that is not after the log's time removes the key. False if there is no such key. */
    public boolean expireAt(Bytes key, long expireAtMillis) {
        Object entry = table.find(key);
        if (entry == null) {
            return false;
        }
        if (expireAtMillis <= databases.nowMillis()) {
            return remove(key);
        }
        Object changed = Entries.copy(entry, Entries.key(entry), databases.newVersion(), expireAtMillis);
        table.store(key, changed, new Change.DeadlineSet(database, key, expireAtMillis));
        return true;
    }

    /** False if there is no such key or it has no deadline. */
    public boolean persist(Bytes key) {
        Object entry = table.find(key);
        if (entry == null || Entries.deadline(entry) == Deadline.NONE) {
            return false;
        }
        Object changed = Entries.copy(entry, Entries.key(entry), databases.newVersion(), Deadline.NONE);
        table.store(key, changed, new Change.DeadlineCleared(database, key));
        return true;
    }

    /**
     * {@code target} takes over what {@code key} holds and its deadline; renaming a key to itself changes nothing.
     *
     * @return false if there is no {@code key}
     */
    public boolean rename(Bytes key, Bytes target) {
        Object entry = table.find(key);
        if (entry == null || key.equals(target)) {
            return entry != null;
        }
        Object renamed = Entries.copy(entry, target, databases.newVersion(), Entries.deadline(entry));
        table.take(key);
        table.store(target, renamed, new Change.KeyRenamed(database, key, target, Entries.type(entry)));
        return true;
    }

    /** Puts a copy, with the deadline, over whatever {@code target} holds. False if there is no {@code key}. */
    public boolean copy(Bytes key, Keyspace targetKeyspace, Bytes target) {
        Object entry = table.find(key);
        if (entry == null) {
            return false;
        }
        long version = databases.newVersion();
        if (entry instanceof ValueEntry) {
            // From now on whichever of the two is changed first copies what it changes.
            databases.raiseEpoch();
        }
        Object copy = Entries.copy(entry, target, version, Entries.deadline(entry));
        targetKeyspace.table.store(
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
        if (table.find(key) instanceof ValueEntry entry) {
            // A read of all that is there meets the fields, too.
            databases.lives(entry.fields().soonestMillis());
            return entry.value();
        }
        return null;
    }

    /** Puts a string that was brought along over whatever the key holds. */
    public void putRestored(Bytes key, Bytes string, long expireAtMillis) {
        byte[] entry = StringEntry.of(key, string, databases.newVersion(), expireAtMillis, /* pieced= */ false);
        table.store(key, entry, new Change.KeyRestored(database, key, ValueType.STRING, expireAtMillis));
    }

    /** Puts a value that was brought along, and never part of the state before, over whatever the key holds. */
    public void putRestored(Bytes key, Value value, long expireAtMillis) {
        ValueEntry entry = ValueEntry.of(key.toByteArray(), databases.newVersion(), expireAtMillis, value);
        table.store(key, entry, new Change.KeyRestored(database, key, value.type(), expireAtMillis));
    }

    /** False if there is no {@code key} here or there is one in the other database. */
    public boolean move(Bytes key, Keyspace targetKeyspace) {
        Object entry = table.find(key);
        if (entry == null || targetKeyspace.table.find(key) != null) {
            return false;
        }
        Object moved = Entries.copy(entry, key, databases.newVersion(), Entries.deadline(entry));
        table.take(key);
        targetKeyspace.table.store(
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
        Object entry = table.find(key);
        if (entry instanceof byte[] string) {
            return StringEntry.value(string);
        }
        return entry == null ? null : KeyTable.paged(entry).whole();
    }

    /**
     * The string at {@code key}, to be read or changed in part.
     *
     * @throws CommandException WRONGTYPE
     */
    public StringHandle stringAt(Bytes key) {
        Object entry = table.find(key);
        if (entry != null) {
            KeyTable.requireString(entry);
        }
        return new StringHandle(table, databases, key, entry);
    }

    /** A string of zero bytes without a deadline, to be written and then stored over whatever the key holds. */
    public StringEdit newString(Bytes key, int length) {
        return new StringHandle(table, databases, key, null).anew(length);
    }

    /**
     * Puts a string over whatever the key holds. A deadline that is not after the log's time leaves the key absent.
     *
     * @param expireAtMillis a log time, {@link Deadline#NONE} or {@link Deadline#KEEP}
     */
    public void put(Bytes key, Bytes value, long expireAtMillis) {
        long deadline = expireAtMillis == Deadline.KEEP ? KeyTable.keptDeadline(table.find(key)) : expireAtMillis;
        if (deadline <= databases.nowMillis()) {
            remove(key);
            return;
        }
        byte[] entry = StringEntry.of(key, value, databases.newVersion(), deadline, false);
        boolean keeps = expireAtMillis == Deadline.KEEP;
        table.store(key, entry, new Change.StringPut(database, key, value, deadline, keeps));
    }

    // --- hashes -------------------------------------------------------------------------------------------------

    /**
     * The hash at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public HashHandle hash(Bytes key) {
        return new HashHandle(table.typed(key, HashValue.class));
    }

    // --- lists --------------------------------------------------------------------------------------------------

    /**
     * The list at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public ListHandle list(Bytes key) {
        return new ListHandle(table.typed(key, ListValue.class));
    }

    // --- sets ---------------------------------------------------------------------------------------------------

    /**
     * The set at {@code key}.
     *
     * @throws CommandException WRONGTYPE
     */
    public SetHandle set(Bytes key) {
        return new SetHandle(table.typed(key, SetValue.class));
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
        return new SortedSetHandle(table.typed(key, SortedSetValue.class));
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
        return new StreamHandle(table.typed(key, StreamValue.class));
    }

    /** Puts a value without a deadline over whatever the key holds; one without members leaves the key absent. */
    private void putValue(Bytes key, Value value, Change change) {
        if (value.isEmpty()) {
            remove(key);
            return;
        }
        table.store(key, ValueEntry.of(key.toByteArray(), databases.newVersion(), Deadline.NONE, value), change);
    }

    // --- all keys -----------------------------------------------------------------------------------------------

    /** How many keys there are at the log's time. */
    public long size() {
        return table.entries().size() - table.expiries().dueKeys(databases.nowMillis());
    }

    /** How many of them are gone some time by themselves: with a deadline, or a hash all of whose fields have one. */
    public long expiring() {
        return (long) table.expiries().keys() - table.expiries().dueKeys(databases.nowMillis());
    }

    /** How many hashes have fields that expire, those included that are due and not yet removed. */
    public long expiringHashes() {
        return table.expiries().hashes();
    }

    /** How long the keys that have a deadline live on on average, judged by a few of them; 0 if none has. */
    public long averageTtlMillis() {
        return table.expiries().averageFrom(databases.nowMillis());
    }

    /** A key drawn evenly with {@code luck}, null if there is none. */
    public @Nullable Bytes randomKey(long luck) {
        if (size() == 0) {
            return null;
        }
        for (int draw = 0; draw < RANDOM_DRAWS_MAX; draw++) {
            long index = Math.unsignedMultiplyHigh(
                    Luck.draw(luck, draw), table.entries().size());
            Object entry = table.entries().byIndex(index);
            if (table.isAlive(entry)) {
                return Entries.key(entry);
            }
        }
        // Nearly all keys are due and not yet deleted: the first that lives will do.
        for (Object entry : table.entries()) {
            if (table.isAlive(entry)) {
                return Entries.key(entry);
            }
        }
        throw new IllegalStateException("no key alive among " + size());
    }

    /** All keys at the log's time, in the order of {@link #scan}. */
    public void forEachKey(KeyVisitor visitor) {
        for (Object entry : table.entries()) {
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
        return table.entries().scan(cursor, count, entry -> tell(entry, visitor));
    }

    /** How many keys a slot has, those that are due and not yet deleted included. */
    public long countInSlot(int slot) {
        return table.entries().size(slot);
    }

    /** The first keys of a slot, {@code most} at most, at the log's time. */
    public List<Bytes> keysInSlot(int slot, int most) {
        List<Bytes> keys = new ArrayList<>();
        for (Iterator<Object> all = table.entries().iterator(slot); all.hasNext() && keys.size() < most; ) {
            Object entry = all.next();
            if (table.isAlive(entry)) {
                keys.add(Entries.key(entry).owned());
            }
        }
        return keys;
    }

    /** Removes all keys. */
    public void flush() {
        databases.newVersion();
        table.clear();
        databases.changed(new Change.Flushed(database));
    }

    private void tell(Object entry, KeyVisitor visitor) {
        if (table.isAlive(entry)) {
            visitor.visit(Entries.key(entry), Entries.type(entry));
        }
    }
}
