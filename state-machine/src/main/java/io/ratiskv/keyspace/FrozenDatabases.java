package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.SlotTrieView;
import java.util.Iterator;
import java.util.List;

/** The databases as they were when they were frozen. Immutable; any thread that received it safely. */
public final class FrozenDatabases {
    private final List<SlotTrieView<Object>> views;

    FrozenDatabases(List<SlotTrieView<Object>> views) {
        this.views = views;
    }

    /** How many keys the database holds, those included that are due and not yet deleted. */
    public long storedKeys(int database) {
        return views.get(database).size();
    }

    /** Tells the keys of a database, slot by slot, within a slot in the order of SCAN. */
    public void forEach(int database, EntryVisitor visitor) {
        tell(views.get(database).iterator(), visitor);
    }

    /** Tells the keys of one slot of a database, in the order of SCAN. */
    public void forEach(int database, int slot, EntryVisitor visitor) {
        tell(views.get(database).iterator(slot), visitor);
    }

    private static void tell(Iterator<Object> entries, EntryVisitor visitor) {
        while (entries.hasNext()) {
            Object entry = entries.next();
            if (entry instanceof byte[] string) {
                visitor.string(
                        Entries.key(string),
                        StringEntry.version(string),
                        StringEntry.deadline(string),
                        StringEntry.isPieced(string),
                        StringEntry.value(string));
            } else {
                ValueEntry other = (ValueEntry) entry;
                visitor.value(Bytes.wrap(other.key()), other.version(), other.expireAtMillis(), other.value());
            }
        }
    }
}
