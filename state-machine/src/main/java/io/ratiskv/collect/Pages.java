package io.ratiskv.collect;

import io.ratiskv.api.Bytes;
import java.util.Objects;

/** Bytes that are read page by page, or from one array as if they had pages. Read as whoever implements it allows. */
public interface Pages {
    /** How many bytes a page has, unless it is the last. */
    int PAGE_BYTES = 4096;

    int length();

    /** The bytes of a page as far as they can differ from zero: what is missing at its end is zero. */
    Bytes page(int index);

    /** {@code count} bytes from {@code from}; what was told is never written again. */
    Bytes slice(int from, int count);

    /** These bytes in one array. */
    static Pages of(Bytes whole) {
        return new WholePages(whole);
    }

    default int pageCount() {
        return Math.ceilDiv(length(), PAGE_BYTES);
    }

    /** How many bytes of the page at {@code index}, of those there are, belong to the length. */
    default int pageLength(int index) {
        return Math.min(PAGE_BYTES, length() - index * PAGE_BYTES);
    }

    /** 0 beyond the length. */
    default byte at(int index) {
        if (index >= length()) {
            return 0;
        }
        Bytes page = page(index / PAGE_BYTES);
        int inPage = index % PAGE_BYTES;
        return inPage < page.length() ? page.at(inPage) : 0;
    }

    /** A fresh array of {@code count} bytes from {@code from}. */
    default byte[] copy(int from, int count) {
        Objects.checkFromIndexSize(from, count, length());
        byte[] copy = new byte[count];
        int done = 0;
        while (done < count) {
            int at = from + done;
            int inPage = at % PAGE_BYTES;
            int step = Math.min(PAGE_BYTES - inPage, count - done);
            Bytes page = page(at / PAGE_BYTES);
            int filled = Math.min(step, page.length() - inPage);
            if (filled > 0) {
                page.slice(inPage, filled).copyTo(copy, done);
            }
            done += step;
        }
        return copy;
    }
}
