package io.ratiskv.collect;

import io.ratiskv.api.Bytes;

/** Bytes in one array that nobody writes any more. Immutable; any thread. */
record WholePages(Bytes whole) implements Pages {
    @Override
    public int length() {
        return whole.length();
    }

    @Override
    public Bytes page(int index) {
        return whole.slice(index * PAGE_BYTES, pageLength(index));
    }

    @Override
    public Bytes slice(int from, int count) {
        return whole.slice(from, count);
    }

    @Override
    public byte at(int index) {
        return index < whole.length() ? whole.at(index) : 0;
    }
}
