package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.value.GlobPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows the cursor in SCAN and its kin. Immutable.
 *
 * @param pattern null when every name is wanted
 * @param type the word after TYPE, null when every type is wanted
 */
record ScanOptions(
        @Nullable GlobPattern pattern, int count, @Nullable Bytes type) {
    /** Beyond it no cursor was ever given out: an iteration that asks for one is over. */
    static final long CURSORS_END = 1L << 53;

    private static final int COUNT_USUAL = 10;

    /** Who asks for more elements than that mostly means all, of which there are fewer. */
    private static final long COUNTED_MAX = 1 << 20;

    /** Takes the rest of the call's words. */
    static ScanOptions parse(Call call, boolean withType) {
        @Nullable GlobPattern pattern = null;
        @Nullable Bytes type = null;
        long count = COUNT_USUAL;
        while (call.hasMore()) {
            if (call.acceptWithValue("COUNT")) {
                count = call.takeLong();
                if (count < 1) {
                    throw CommandException.syntax();
                }
            } else if (call.acceptWithValue("MATCH")) {
                pattern = GlobPattern.compile(call.take());
            } else if (withType && call.acceptWithValue("TYPE")) {
                type = call.take();
            } else {
                throw CommandException.syntax();
            }
        }
        call.databases().works(Math.min(count, COUNTED_MAX));
        @Nullable GlobPattern selective = pattern != null && pattern.matchesAll() ? null : pattern;
        return new ScanOptions(selective, (int) Math.min(count, Integer.MAX_VALUE), type);
    }

    /**
     * Takes the cursor: an unsigned number of 64 bits, as C's strtoul reads it.
     *
     * @return {@link #CURSORS_END} for one that was never given out
     * @throws CommandException if it is no number
     */
    static long takeCursor(Call call) {
        // To C a zero byte ends the text.
        String digits = call.take().latin1().split("\0", 2)[0];
        if (digits.isEmpty()) {
            return 0;
        }
        boolean signed = digits.startsWith("+") || digits.startsWith("-");
        if (digits.substring(signed ? 1 : 0).chars().anyMatch(c -> c < '0' || c > '9')) {
            throw new CommandException("ERR invalid cursor");
        }
        try {
            long cursor = Long.parseUnsignedLong(digits.startsWith("-") ? digits.substring(1) : digits);
            cursor = digits.startsWith("-") ? -cursor : cursor;
            return cursor < 0 || cursor >= CURSORS_END ? CURSORS_END : cursor;
        } catch (NumberFormatException e) {
            throw new CommandException("ERR invalid cursor");
        }
    }

    boolean wants(Bytes name) {
        return pattern == null || pattern.matches(name);
    }

    boolean wants(Bytes name, ValueType itsType) {
        return (type == null || type.latin1().equalsIgnoreCase(itsType.word())) && wants(name);
    }

    static Reply page(long cursor, List<Reply> elements) {
        return Reply.array(List.of(Reply.bulk(Bytes.of(cursor)), Reply.array(elements)));
    }
}
