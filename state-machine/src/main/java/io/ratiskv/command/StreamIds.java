package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.LongText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ids of streams as clients spell them, neither laxer nor stricter than Redis reads them. Stateless; any thread. */
final class StreamIds {
    private static final CommandException INVALID =
            new CommandException("ERR Invalid stream ID specified as stream command argument");

    private static final int LENGTH_MAX = 127;

    /** Behind the time in place of a number, to have it chosen. */
    private static final String ANY_SEQUENCE = "*";

    private StreamIds() {}

    static CommandException invalid() {
        return INVALID;
    }

    /** An id; without a sequence it is 0. */
    static StreamId take(Call call) {
        return parse(call.take(), 0);
    }

    static List<StreamId> take(Call call, int count) {
        List<StreamId> ids = new ArrayList<>(count);
        for (Bytes word : call.take(count)) {
            ids.add(parse(word, 0));
        }
        return ids;
    }

    static List<StreamId> takeRest(Call call) {
        return take(call, call.remaining());
    }

    static StreamId parse(Bytes word, long missingSequence) {
        @Nullable StreamId id = parseOrNull(word, missingSequence);
        if (id == null) {
            throw INVALID;
        }
        return id;
    }

    /** Null if the word is no id. */
    static @Nullable StreamId parseOrNull(Bytes word, long missingSequence) {
        @Nullable NewStreamId id = parseNew(word, missingSequence);
        return id == null || !id.hasSequence() ? null : id.id();
    }

    /** An id that may leave its sequence to be chosen; null if the word is none. */
    static @Nullable NewStreamId parseNew(Bytes word, long missingSequence) {
        if (word.length() > LENGTH_MAX) {
            return null;
        }
        // To Redis a word ends where C ends a string.
        String text = word.latin1();
        int end = text.indexOf('\0');
        text = end < 0 ? text : text.substring(0, end);
        int dash = text.indexOf('-');
        @Nullable Long millis = unsigned(dash < 0 ? text : text.substring(0, dash));
        if (millis == null) {
            return null;
        }
        if (dash < 0) {
            return new NewStreamId(new StreamId(millis, missingSequence), true, true);
        }
        String rest = text.substring(dash + 1);
        if (rest.equals(ANY_SEQUENCE)) {
            return new NewStreamId(new StreamId(millis, 0), true, false);
        }
        @Nullable Long sequence = unsigned(rest);
        return sequence == null ? null : new NewStreamId(new StreamId(millis, sequence), true, true);
    }

    /** A number as C's strtoull reads it, but not one below 0 in its usual spelling. */
    private static @Nullable Long unsigned(String digits) {
        Bytes word = Bytes.of(digits);
        if (LongText.isLong(word.array(), word.offset(), word.length())) {
            long value = LongText.parse(word.array(), word.offset(), word.length());
            return value < 0 ? null : value;
        }
        int from = 0;
        while (from < digits.length() && isSpace(digits.charAt(from))) {
            from++;
        }
        boolean minus = from < digits.length() && digits.charAt(from) == '-';
        boolean signed = minus || from < digits.length() && digits.charAt(from) == '+';
        String magnitude = digits.substring(signed ? from + 1 : from);
        if (magnitude.isEmpty() || magnitude.chars().anyMatch(c -> c < '0' || c > '9')) {
            return null;
        }
        try {
            long value = Long.parseUnsignedLong(magnitude);
            return minus ? -value : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    // Bounds

    /** An id or {@code -} or {@code +}. */
    static StreamId parseOrEnd(Bytes word, long missingSequence) {
        if (word.length() == 1 && word.at(0) == '-') {
            return StreamId.MIN;
        }
        return word.length() == 1 && word.at(0) == '+' ? StreamId.MAX : parse(word, missingSequence);
    }

    /** The least id of a range that begins with this word. */
    static StreamId lowerBound(Bytes word) {
        if (!isExclusive(word)) {
            return parseOrEnd(word, 0);
        }
        @Nullable StreamId next = parse(word.slice(1, word.length() - 1), 0).next();
        if (next == null) {
            throw new CommandException("ERR invalid start ID for the interval");
        }
        return next;
    }

    /** The greatest id of a range that ends with this word. */
    static StreamId upperBound(Bytes word) {
        if (!isExclusive(word)) {
            return parseOrEnd(word, -1);
        }
        @Nullable
        StreamId previous = parse(word.slice(1, word.length() - 1), -1).previous();
        if (previous == null) {
            throw new CommandException("ERR invalid end ID for the interval");
        }
        return previous;
    }

    private static boolean isExclusive(Bytes word) {
        return word.length() > 1 && word.at(0) == '(';
    }
}
