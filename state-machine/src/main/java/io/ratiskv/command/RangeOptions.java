package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.LexRange;
import io.ratiskv.value.MemberRange;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Ranks;
import io.ratiskv.value.ScoreRange;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What follows the key in ZRANGE and its kin: a range and how it is told. Immutable.
 *
 * @param range null for ranks from {@code start} to {@code stop}
 * @param descending from the end on
 * @param offset so many of the range are passed over; below 0 all
 * @param limit at most so many follow; below 0 all
 */
record RangeOptions(
        @Nullable MemberRange range,
        long start,
        long stop,
        boolean descending,
        boolean withScores,
        long offset,
        long limit) {
    /** How a range is given. */
    enum Kind {
        /** As its options say. */
        ANY,
        RANK,
        SCORE,
        STRING
    }

    /**
     * Takes the rest of the call's words.
     *
     * @param descends null if the options say
     * @param stores scores are not an option: they are taken along in any case
     */
    static RangeOptions parse(Call call, Kind usual, @Nullable Boolean descends, boolean stores) {
        Bytes first = call.take();
        Bytes second = call.take();
        Kind kind = usual;
        boolean descending = descends != null && descends;
        boolean withScores = false;
        long offset = 0;
        long limit = -1;
        while (call.hasMore()) {
            if (!stores && call.accept("WITHSCORES")) {
                withScores = true;
            } else if (call.remaining() > 2 && call.accept("LIMIT")) {
                offset = call.takeLong();
                limit = call.takeLong();
            } else if (descends == null && !descending && call.accept("REV")) {
                descending = true;
            } else if (kind == Kind.ANY && call.accept("BYLEX")) {
                kind = Kind.STRING;
            } else if (kind == Kind.ANY && call.accept("BYSCORE")) {
                kind = Kind.SCORE;
            } else {
                throw CommandException.syntax();
            }
        }
        if (limit != -1 && (kind == Kind.ANY || kind == Kind.RANK)) {
            throw new CommandException(
                    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
        }
        if (withScores && kind == Kind.STRING) {
            throw new CommandException("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
        }
        Bytes min = descending ? second : first;
        Bytes max = descending ? first : second;
        return switch (kind) {
            case ANY, RANK -> new RangeOptions(null, rank(first), rank(second), descending, withScores, 0, -1);
            case SCORE -> new RangeOptions(scores(min, max), 0, 0, descending, withScores, offset, limit);
            case STRING -> new RangeOptions(strings(min, max), 0, 0, descending, withScores, offset, limit);
        };
    }

    private static long rank(Bytes word) {
        return Numeral.parseLong(word).orElseThrow(CommandException::notInteger);
    }

    /** The members of the set that the options ask for. */
    Ranks of(SortedSetHandle set) {
        return range == null ? ranks(start, stop, descending, set.size()) : limited(set.ranks(range, descending));
    }

    /** From {@code start} to {@code stop}, counted from the end where they are below 0, of a set of that size. */
    static Ranks ranks(long start, long stop, boolean descending, int size) {
        long from = Math.max(start < 0 ? size + start : start, 0);
        long last = Math.min(stop < 0 ? size + stop : stop, size - 1L);
        if (from > last) {
            return Ranks.NONE;
        }
        return descending
                ? new Ranks((int) (size - 1 - last), (int) (size - from))
                : new Ranks((int) from, (int) last + 1);
    }

    private Ranks limited(Ranks all) {
        if (offset < 0 || offset >= all.count()) {
            return Ranks.NONE;
        }
        long rest = all.count() - offset;
        int count = (int) (limit < 0 ? rest : Math.min(limit, rest));
        int from = (int) (descending ? all.to() - offset - count : all.from() + offset);
        return new Ranks(from, from + count);
    }

    /** @throws CommandException if the words are no range of scores */
    static ScoreRange scores(Bytes min, Bytes max) {
        boolean minExcluded = startsWith(min, '(');
        boolean maxExcluded = startsWith(max, '(');
        OptionalDouble low = Numeral.parseBound(minExcluded ? behindFirst(min) : min);
        OptionalDouble high = Numeral.parseBound(maxExcluded ? behindFirst(max) : max);
        if (low.isEmpty() || high.isEmpty()) {
            throw new CommandException("ERR min or max is not a float");
        }
        return new ScoreRange(low.getAsDouble(), minExcluded, high.getAsDouble(), maxExcluded);
    }

    /** @throws CommandException if the words are no range of strings */
    static LexRange strings(Bytes min, Bytes max) {
        return new LexRange(bound(min), bound(max));
    }

    private static LexRange.Bound bound(Bytes word) {
        if (word.length() == 1 && startsWith(word, '-')) {
            return LexRange.Bound.LOWEST;
        }
        if (word.length() == 1 && startsWith(word, '+')) {
            return LexRange.Bound.HIGHEST;
        }
        if (startsWith(word, '(') || startsWith(word, '[')) {
            return LexRange.Bound.at(behindFirst(word), startsWith(word, '('));
        }
        throw new CommandException("ERR min or max not valid string range item");
    }

    private static boolean startsWith(Bytes word, char first) {
        return !word.isEmpty() && word.at(0) == first;
    }

    private static Bytes behindFirst(Bytes word) {
        return word.slice(1, word.length() - 1);
    }
}
