package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.collect.PagedBytes;
import io.ratiskv.collect.Pages;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.PagedString;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds a string, or nothing yet, to be read and changed in part. Confined to the request that asked for it;
 * any change of the key makes it stale.
 *
 * <p>Changes keep the deadline; an absent string is empty.
 */
public final class StringHandle {
    private final KeyTable table;
    private final Databases databases;
    private final Bytes key;
    /** A {@link StringEntry}, a {@link ValueEntry} of a {@link PagedString}, or null while there is no such key. */
    private final @Nullable Object entry;

    StringHandle(KeyTable table, Databases databases, Bytes key, @Nullable Object entry) {
        this.table = table;
        this.databases = databases;
        this.key = key;
        this.entry = entry;
    }

    public boolean isAbsent() {
        return entry == null;
    }

    /** In bytes, 0 when there is no such key. */
    public int length() {
        return entry instanceof byte[] string ? StringEntry.valueLength(string) : pages().length();
    }

    /** The bytes, as of the next change no longer to be used. */
    public Pages pages() {
        if (entry instanceof byte[] string) {
            return Pages.of(StringEntry.value(string));
        }
        return entry == null ? Pages.of(Bytes.EMPTY) : KeyTable.paged(entry).pages();
    }

    /**
     * Appends to the string.
     *
     * @return its length afterwards
     */
    public int append(Bytes tail) {
        int length = length();
        StringEdit edit =
                isAbsent() ? whole(pages(), tail.length(), /* pieced= */ false) : edit(length + tail.length());
        edit.write(length, tail);
        edit.store(new Change.StringAppended(table.database(), key, tail));
        return edit.length();
    }

    /**
     * Writes into the string from {@code offset}, filling a gap with zero bytes.
     *
     * @return its length afterwards
     */
    public int write(int offset, Bytes patch) {
        StringEdit edit = edit(offset + patch.length());
        edit.write(offset, patch);
        edit.store(new Change.StringRangePut(table.database(), key, offset, patch));
        return edit.length();
    }

    /**
     * Adds to the integer that the string is, 0 if there is none.
     *
     * @return the sum
     * @throws CommandException if it is no integer or the sum exceeds 64 bits
     */
    public long increment(long amount) {
        long sum = Sums.exact(integer(), amount);
        put(Bytes.of(sum), new Change.StringIncremented(table.database(), key, amount, sum));
        return sum;
    }

    /**
     * The integer that the string is, 0 if there is none.
     *
     * @throws CommandException if it is no integer
     */
    public long integer() {
        if (entry instanceof byte[] string) {
            return Numeral.parseLong(StringEntry.value(string)).orElseThrow(CommandException::notInteger);
        }
        if (entry == null) {
            return 0;
        }
        throw CommandException.notInteger();
    }

    /** Puts the sum that the caller made of the string's decimal number and {@code amount}. */
    public void incrementByDecimal(Bytes amount, Bytes result) {
        put(result, new Change.StringIncrementedByDecimal(table.database(), key, amount, result));
    }

    private void put(Bytes value, Change change) {
        byte[] changed = StringEntry.of(key, value, databases.newVersion(), KeyTable.keptDeadline(entry), false);
        table.store(key, changed, change);
    }

    /** The string as it is, and behind it zero bytes if it has fewer than {@code lengthMin}. */
    public StringEdit edit(int lengthMin) {
        return edit(pages(), Math.max(length(), lengthMin));
    }

    /** Zero bytes in place of the string. */
    public StringEdit anew(int length) {
        return edit(Pages.of(Bytes.EMPTY), length);
    }

    private StringEdit edit(Pages content, int length) {
        databases.requireWrite();
        if (length <= PagedString.WHOLE_BYTES_MAX) {
            return whole(content, length, /* pieced= */ true);
        }
        PagedBytes pages = PagedString.writable(content, databases.shapes().epoch());
        pages.grow(length);
        return new PagedEdit(table, key, entry, pages);
    }

    private StringEdit whole(Pages content, int length, boolean pieced) {
        long deadline = KeyTable.keptDeadline(entry);
        byte[] changed = StringEntry.blank(key, length, databases.newVersion(), deadline, pieced);
        StringEdit edit = new WholeEdit(table, key, changed, length);
        edit.write(0, content.slice(0, content.length()));
        return edit;
    }
}
