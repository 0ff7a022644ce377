package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.SORTEDSET;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.Reply;
import io.ratiskv.command.RangeOptions.Kind;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.MemberRange;
import io.ratiskv.value.Ranks;
import io.ratiskv.value.SortedSetBuilder;
import org.jspecify.annotations.Nullable;

/** Ranges of sorted sets: by rank, by score, by string. Confined to whoever holds the state's lock. */
final class SortedSetRangeCommands {
    private SortedSetRangeCommands() {}

    static void declare(Declarations table) {
        declareReads(table);
        declareDeprecatedReads(table);
        declareWrites(table);
    }

    private static void declareReads(Declarations table) {
        table.read(
                        "ZRANGE key start:string stop:string [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]",
                        call -> range(call, Kind.ANY, null))
                .in(SORTEDSET)
                .since("1.2.0")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .summary("Returns members by rank, by score, or by string where all scores are the same.");

        table.read("ZCOUNT key min:double max:double", SortedSetRangeCommands::countByScore)
                .in(SORTEDSET, FAST)
                .since("2.0.0")
                .complexity("O(log N), N members of the sorted set.")
                .summary("Returns how many members have a score within a range.");

        table.read("ZLEXCOUNT key min:string max:string", SortedSetRangeCommands::countByString)
                .in(SORTEDSET, FAST)
                .since("2.8.9")
                .complexity("O(log N), N members of the sorted set.")
                .summary("Returns how many members are within a range of strings.");
    }

    private static void declareDeprecatedReads(Declarations table) {
        table.read(
                        "ZRANGEBYSCORE key min:double max:double [WITHSCORES] [LIMIT offset count]",
                        call -> range(call, Kind.SCORE, false))
                .in(SORTEDSET)
                .since("1.0.5")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument")
                .summary("Returns the members with a score within a range.");

        table.read(
                        "ZREVRANGEBYSCORE key max:double min:double [WITHSCORES] [LIMIT offset count]",
                        call -> range(call, Kind.SCORE, true))
                .in(SORTEDSET)
                .since("2.2.0")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments")
                .summary("Returns the members with a score within a range, the highest first.");

        table.read(
                        "ZRANGEBYLEX key min:string max:string [LIMIT offset count]",
                        call -> range(call, Kind.STRING, false))
                .in(SORTEDSET)
                .since("2.8.9")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument")
                .summary("Returns the members within a range of strings.");

        table.read(
                        "ZREVRANGEBYLEX key max:string min:string [LIMIT offset count]",
                        call -> range(call, Kind.STRING, true))
                .in(SORTEDSET)
                .since("2.8.9")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments")
                .summary("Returns the members within a range of strings, the greatest first.");

        table.read("ZREVRANGE key start stop:integer [WITHSCORES]", call -> range(call, Kind.RANK, true))
                .in(SORTEDSET)
                .since("1.2.0")
                .complexity("O(log N + M), N members of the sorted set, M members returned.")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` argument")
                .summary("Returns members by rank, counted from the highest score.");
    }

    private static void declareWrites(Declarations table) {
        table.write(
                        "ZRANGESTORE dst:key src:key min:string max:string [BYSCORE | BYLEX] [REV] [LIMIT offset count]",
                        SortedSetRangeCommands::store)
                .in(SORTEDSET)
                .denyOom()
                .since("6.2.0")
                .complexity("O(log N + M), N members of the sorted set, M members stored.")
                .keys("OW update", "RO access")
                .summary("Puts a range of a sorted set, as ZRANGE gives it, over another key; returns its size.");

        table.write("ZREMRANGEBYRANK key start stop:integer", SortedSetRangeCommands::removeByRank)
                .in(SORTEDSET)
                .since("2.0.0")
                .complexity("O(log N + M), N members of the sorted set, M members removed.")
                .keys("RW delete")
                .summary("Removes members by rank; returns how many.");

        table.write("ZREMRANGEBYSCORE key min:double max:double", SortedSetRangeCommands::removeByScore)
                .in(SORTEDSET)
                .since("1.2.0")
                .complexity("O(log N + M), N members of the sorted set, M members removed.")
                .keys("RW delete")
                .summary("Removes the members with a score within a range; returns how many.");

        table.write("ZREMRANGEBYLEX key min:string max:string", SortedSetRangeCommands::removeByString)
                .in(SORTEDSET)
                .since("2.8.9")
                .complexity("O(log N + M), N members of the sorted set, M members removed.")
                .keys("RW delete")
                .summary("Removes the members within a range of strings; returns how many.");
    }

    private static Reply range(Call call, Kind kind, @Nullable Boolean descends) {
        Bytes key = call.take();
        RangeOptions options = RangeOptions.parse(call, kind, descends, /* stores= */ false);

        SortedSetHandle set = call.sortedSet(key);
        Ranks ranks = options.of(set);
        ScoredReply members = ScoredReply.of(call, options.withScores(), ranks.count());
        set.forEach(ranks, options.descending(), members);
        return members.reply();
    }

    private static Reply countByScore(Call call) {
        Bytes key = call.take();
        return count(call, key, RangeOptions.scores(call.take(), call.take()));
    }

    private static Reply countByString(Call call) {
        Bytes key = call.take();
        return count(call, key, RangeOptions.strings(call.take(), call.take()));
    }

    private static Reply count(Call call, Bytes key, MemberRange range) {
        return Reply.of(call.sortedSet(key).ranks(range, /* fromEnd= */ false).count());
    }

    private static Reply store(Call call) {
        Bytes target = call.take();
        Bytes key = call.take();
        RangeOptions options = RangeOptions.parse(call, Kind.ANY, null, /* stores= */ true);

        SortedSetHandle set = call.sortedSet(key);
        SortedSetBuilder stored = new SortedSetBuilder(call.databases().shapes());
        set.forEach(options.of(set), /* fromEnd= */ false, stored::add);
        call.keyspace().putSortedSet(target, stored.build(), Change.SortedSetOrigin.RANGE);
        return Reply.of(stored.size());
    }

    private static Reply removeByRank(Call call) {
        Bytes key = call.take();
        long start = call.takeLong();
        long stop = call.takeLong();

        SortedSetHandle set = call.sortedSet(key);
        Ranks ranks = RangeOptions.ranks(start, stop, /* descending= */ false, set.size());
        set.remove(ranks, Change.Unscoring.BY_RANK);
        return Reply.of(ranks.count());
    }

    private static Reply removeByScore(Call call) {
        Bytes key = call.take();
        return remove(call, key, RangeOptions.scores(call.take(), call.take()), Change.Unscoring.BY_SCORE);
    }

    private static Reply removeByString(Call call) {
        Bytes key = call.take();
        return remove(call, key, RangeOptions.strings(call.take(), call.take()), Change.Unscoring.BY_STRING);
    }

    private static Reply remove(Call call, Bytes key, MemberRange range, Change.Unscoring unscoring) {
        SortedSetHandle set = call.sortedSet(key);
        Ranks ranks = set.ranks(range, /* fromEnd= */ false);
        set.remove(ranks, unscoring);
        return Reply.of(ranks.count());
    }
}
