package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.collect.PagedBytes;
import io.ratiskv.value.PagedString;
import org.jspecify.annotations.Nullable;

/**
 * A long string while it is written, in place. As {@link StringEdit}.
 *
 * @param old the entry that there was
 */
record PagedEdit(KeyTable table, Bytes key, @Nullable Object old, PagedBytes pages) implements StringEdit {
    @Override
    public int length() {
        return pages.length();
    }

    @Override
    public Bytes page(int index) {
        return pages.page(index);
    }

    @Override
    public Bytes slice(int from, int count) {
        return pages.slice(from, count);
    }

    @Override
    public byte at(int index) {
        return pages.at(index);
    }

    @Override
    public void write(int offset, Bytes bytes) {
        pages.write(offset, bytes);
    }

    @Override
    public void store(Change change) {
        table.storeValue(key, old, new PagedString(pages), change);
    }
}
