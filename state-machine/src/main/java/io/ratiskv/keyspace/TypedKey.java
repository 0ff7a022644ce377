package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.Value;
import org.jspecify.annotations.Nullable;

/** A key that holds a value of one type, or nothing yet: what every handle stands on. Confined as the handle is. */
final class TypedKey<V extends Value> {
    private final KeyTable table;
    private final Databases databases;
    private final Bytes key;
    private final Class<V> type;
    /** Null while there is no such key. */
    private @Nullable ValueEntry entry;

    TypedKey(KeyTable table, Databases databases, Bytes key, Class<V> type, @Nullable ValueEntry entry) {
        this.table = table;
        this.databases = databases;
        this.key = key;
        this.type = type;
        this.entry = entry;
    }

    int database() {
        return table.database();
    }

    Bytes key() {
        return key;
    }

    Shapes shapes() {
        return databases.shapes();
    }

    /** The log's time. */
    long nowMillis() {
        return databases.nowMillis();
    }

    /** Whether something with this deadline is there for the running request. */
    boolean lives(long deadline) {
        return databases.lives(deadline);
    }

    void countExpiredFields(int count) {
        databases.countExpiredFields(count);
    }

    boolean isAbsent() {
        return entry == null;
    }

    /** The value, {@code absent} while there is no such key. */
    V value(V absent) {
        return entry == null ? absent : type.cast(entry.value());
    }

    /** The value of a key that is there. */
    V value() {
        if (entry == null) {
            throw new IllegalStateException("there is no key " + key);
        }
        return type.cast(entry.value());
    }

    /**
     * The value as {@link #value}, to be changed in place and stored.
     *
     * @throws IllegalStateException while a read is evaluated
     */
    V valueToChange(V absent) {
        databases.requireWrite();
        return value(absent);
    }

    /** Puts the value there is in another shape: its content, its version and what it costs stay. */
    void reshape(V value) {
        if (entry == null) {
            throw new IllegalStateException("no value to reshape: " + key);
        }
        entry = table.reshapeValue(key, entry, value);
    }

    /** As {@link #valueToChange}, of a key that is there. */
    V valueToChange() {
        databases.requireWrite();
        return value();
    }

    /** Puts a value in place of the one there was; with one without members the key is gone. */
    void store(V value, Change change) {
        entry = table.storeValue(key, entry, value, change);
        if (value.isEmpty()) {
            table.remove(key);
            entry = null;
        }
    }
}
