package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.PagedBytes;
import io.ratiskv.collect.Pages;

/**
 * A long string that was changed in place: a change costs a page, not the string. As {@link Value}.
 *
 * <p>Which strings are kept so depends on what can be told from their snapshot alone, the length and that they were put
 * together piece by piece, so that a restored state costs and counts what the one before did.
 */
public record PagedString(PagedBytes pages) implements Value {
    /** A string of so many bytes is kept as one array, and copied as a whole when it is changed. */
    public static final int WHOLE_BYTES_MAX = 2 * Pages.PAGE_BYTES;

    /** Bytes to be written, of the length of {@code old} and zero beyond it. */
    public static PagedBytes writable(Pages old, Epoch epoch) {
        if (old instanceof PagedBytes pages) {
            return pages.writable();
        }
        PagedBytes pages = new PagedBytes(epoch);
        pages.write(0, old.slice(0, old.length()));
        return pages;
    }

    @Override
    public ValueType type() {
        return ValueType.STRING;
    }

    @Override
    public String encoding() {
        return "raw";
    }

    /** Never: a short string is no paged one. */
    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public long cost() {
        return pages.length();
    }

    /** A copy of all bytes. */
    public Bytes whole() {
        return pages.slice(0, pages.length());
    }
}
