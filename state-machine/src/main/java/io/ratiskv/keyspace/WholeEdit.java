package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;

/** A short string while it is written: an entry that is not stored yet. As {@link StringEdit}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WholeEdit(KeyTable table, Bytes key, byte[] entry, int length) implements StringEdit {
    @Override
    public Bytes page(int index) {
        return Bytes.wrap(entry, valueOffset() + index * PAGE_BYTES, pageLength(index));
    }

    @Override
    public Bytes slice(int from, int count) {
        return Bytes.wrap(copy(from, count));
    }

    @Override
    public void write(int offset, Bytes bytes) {
        bytes.copyTo(entry, valueOffset() + offset);
    }

    @Override
    public void store(Change change) {
        table.store(key, entry, change);
    }

    private int valueOffset() {
        return entry.length - length;
    }
}
