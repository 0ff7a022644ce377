package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.SORTEDSET;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.DoubleText;
import io.ratiskv.value.Ranks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Sorted sets: members in the order of their scores under one key. Confined to whoever holds the state's lock. */
final class SortedSetCommands {
    private SortedSetCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SORTED_SET);
        declareMembers(table);
        declareDraws(table);
        SortedSetRangeCommands.declare(table);
        SortedSetAlgebraCommands.declare(table);
    }

    private static void declareMembers(Declarations table) {
        table.write(
                        "ZADD key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score:double member ...]",
                        call -> put(call, /* alwaysIncrements= */ false))
                .in(SORTEDSET, FAST)
                .denyOom()
                .since("1.2.0")
                .complexity("O(N log M), N pairs, M members of the sorted set.")
                .summary("Gives members their scores; returns how many are new.");

        table.write("ZINCRBY key increment:double member", call -> put(call, /* alwaysIncrements= */ true))
                .in(SORTEDSET, FAST)
                .denyOom()
                .since("1.2.0")
                .complexity("O(log N), N members of the sorted set.")
                .keys("RW access update")
                .summary("Adds to the score of a member, 0 if it is new.");

        table.read("ZCARD key", call -> Reply.of(call.sortedSet(call.take()).size()))
                .in(SORTEDSET, FAST)
                .since("1.2.0")
                .keys("RO")
                .summary("Returns how many members a sorted set has.");

        table.read("ZSCORE key member", SortedSetCommands::score)
                .in(SORTEDSET, FAST)
                .since("1.2.0")
                .summary("Returns the score of a member.");

        table.read("ZMSCORE key member [member ...]", SortedSetCommands::scores)
                .in(SORTEDSET, FAST)
                .since("6.2.0")
                .complexity("O(N), N members asked for.")
                .summary("Returns the scores of several members, null for one that is not there.");

        table.read("ZRANK key member [WITHSCORE]", call -> rank(call, /* fromEnd= */ false))
                .in(SORTEDSET, FAST)
                .since("2.0.0")
                .complexity("O(log N), N members of the sorted set.")
                .summary("Returns how many members stand before one.");

        table.read("ZREVRANK key member [WITHSCORE]", call -> rank(call, /* fromEnd= */ true))
                .in(SORTEDSET, FAST)
                .since("2.0.0")
                .complexity("O(log N), N members of the sorted set.")
                .summary("Returns how many members stand behind one.");

        table.write("ZREM key member [member ...]", SortedSetCommands::remove)
                .in(SORTEDSET, FAST)
                .since("1.2.0")
                .complexity("O(N log M), N members to remove, M members of the sorted set.")
                .keys("RW delete")
                .summary("Removes members; returns how many there were. A sorted set without members is gone.");

        table.read("ZSCAN key cursor [MATCH pattern] [COUNT count]", SortedSetCommands::scan)
                .in(SORTEDSET)
                .since("2.8.0")
                .complexity("O(1) for each call, O(N) until the cursor is 0 again, N members of the sorted set.")
                .tips("nondeterministic_output")
                .summary("Returns the next few members with their scores and the cursor to go on from.");
    }

    private static void declareDraws(Declarations table) {
        table.read("ZRANDMEMBER key [count [WITHSCORES]]", SortedSetCommands::random)
                .in(SORTEDSET)
                .since("6.2.0")
                .complexity("O(N), N members returned.")
                .tips("nondeterministic_output")
                .summary("Returns members drawn at random: distinct ones, or with a count below 0 with repetition.");

        table.write("ZPOPMIN key [count]", call -> pop(call, /* highest= */ false))
                .in(SORTEDSET, FAST)
                .since("5.0.0")
                .complexity("O(N log M), N members returned, M members of the sorted set.")
                .keys("RW access delete")
                .summary("Removes the members with the lowest scores and returns them.");

        table.write("ZPOPMAX key [count]", call -> pop(call, /* highest= */ true))
                .in(SORTEDSET, FAST)
                .since("5.0.0")
                .complexity("O(N log M), N members returned, M members of the sorted set.")
                .keys("RW access delete")
                .summary("Removes the members with the highest scores and returns them.");

        table.write("ZMPOP numkeys key [key ...] <MIN | MAX> [COUNT count]", SortedSetCommands::popFirst)
                .in(SORTEDSET)
                .since("7.0.0")
                .complexity("O(K) + O(N log M), K keys, N members returned, M members of the sorted set.")
                .keys("RW access delete")
                .summary("Removes the members with the lowest or highest scores of the first key that has any.");
    }

    private static Reply put(Call call, boolean alwaysIncrements) {
        Bytes key = call.take();
        ScoreOptions options = ScoreOptions.parse(call, alwaysIncrements);
        double[] scores = new double[call.remaining() / 2];
        Bytes[] members = new Bytes[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = call.takeDouble();
            members[i] = call.take();
        }
        SortedSetHandle set = call.sortedSet(key);
        return options.increments()
                ? increment(set, options, scores[0], members[0])
                : put(set, options, scores, members);
    }

    static Reply put(SortedSetHandle set, ScoreOptions options, double[] scores, Bytes[] members) {
        set.makeRoom(scores.length);
        long created = 0;
        long updated = 0;
        for (int i = 0; i < scores.length; i++) {
            double present = set.score(members[i]);
            if (Double.isNaN(present)) {
                if (!options.ifPresent()) {
                    set.put(members[i], scores[i], options.scoring());
                    created++;
                }
            } else if (!options.ifAbsent() && scores[i] != present && options.wins(scores[i], present)) {
                set.put(members[i], scores[i], options.scoring());
                updated++;
            }
        }
        return Reply.of(options.countsUpdated() ? created + updated : created);
    }

    private static Reply increment(SortedSetHandle set, ScoreOptions options, double amount, Bytes member) {
        double present = set.score(member);
        boolean absent = Double.isNaN(present);
        if (absent ? options.ifPresent() : options.ifAbsent()) {
            return Reply.NULL;
        }
        double sum = absent ? amount : present + amount;
        if (Double.isNaN(sum)) {
            throw Errors.notNumber();
        }
        if (!absent && !options.wins(sum, present)) {
            return Reply.NULL;
        }
        if (absent || sum != present) {
            set.increment(member, amount, sum);
        }
        return new Reply.Decimal(sum);
    }

    private static Reply score(Call call) {
        return scoreOrNull(call.sortedSet(call.take()).score(call.take()));
    }

    private static Reply scores(Call call) {
        SortedSetHandle set = call.sortedSet(call.take());
        List<Reply> scores = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            scores.add(scoreOrNull(set.score(call.take())));
        }
        return Reply.array(scores);
    }

    private static Reply scoreOrNull(double score) {
        return Double.isNaN(score) ? Reply.NULL : new Reply.Decimal(score);
    }

    private static Reply rank(Call call, boolean fromEnd) {
        Bytes key = call.take();
        Bytes member = call.take();
        if (call.remaining() > 1) {
            throw call.wrongNumberOfArguments();
        }
        boolean withScore = call.hasMore();
        if (withScore && !call.accept("WITHSCORE")) {
            throw CommandException.syntax();
        }

        SortedSetHandle set = call.sortedSet(key);
        int before = set.rank(member);
        if (before < 0) {
            return withScore ? Reply.NULL_ARRAY : Reply.NULL;
        }
        Reply rank = Reply.of(fromEnd ? set.size() - 1 - before : before);
        return withScore ? Reply.array(List.of(rank, new Reply.Decimal(set.score(member)))) : rank;
    }

    private static Reply remove(Call call) {
        SortedSetHandle set = call.sortedSet(call.take());
        return Reply.of(set.remove(call.takeRest()));
    }

    private static Reply scan(Call call) {
        Bytes key = call.take();
        long cursor = ScanOptions.takeCursor(call);
        // Redis looks at the key before it reads the options: without one, no option is wrong.
        SortedSetHandle set = call.sortedSet(key);
        if (set.size() == 0) {
            return ScanOptions.page(0, List.of());
        }
        ScanOptions options = ScanOptions.parse(call, /* withType= */ false);
        if (cursor == ScanOptions.CURSORS_END) {
            return ScanOptions.page(0, List.of());
        }

        boolean compact = set.isCompact();
        List<Reply> pairs = new ArrayList<>();
        long next = set.scan(cursor, options.count(), (member, score) -> {
            if (options.wants(member)) {
                pairs.add(Reply.bulk(member));
                pairs.add(Reply.bulk(compact ? DoubleText.shortest(score) : DoubleText.precise(score)));
            }
        });
        return ScanOptions.page(next, pairs);
    }

    private static Reply random(Call call) {
        Bytes key = call.take();
        if (!call.hasMore()) {
            return randomOne(call, call.sortedSet(key));
        }
        long count = call.takeLong(-Long.MAX_VALUE, Long.MAX_VALUE);
        boolean withScores = call.hasMore();
        if (withScores && !(call.accept("WITHSCORES") && !call.hasMore())) {
            throw CommandException.syntax();
        }
        boolean tooMany = withScores && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2);
        if (tooMany) {
            throw Errors.outOfRange("value");
        }

        SortedSetHandle set = call.sortedSet(key);
        int size = set.size();
        ScoredReply drawn = ScoredReply.of(call, withScores, (int) Math.min(Math.abs(count), size));
        if (count >= size) {
            set.forEach(new Ranks(0, size), /* fromEnd= */ false, drawn);
        } else if (size > 0) {
            Draws.ranks(call, size, count, rank -> set.forEach(new Ranks(rank, rank + 1), /* fromEnd= */ false, drawn));
        }
        return drawn.reply();
    }

    private static Reply randomOne(Call call, SortedSetHandle set) {
        if (set.size() == 0) {
            return Reply.NULL;
        }
        int rank = Draws.rank(call, set.size());
        Reply[] drawn = {Reply.NULL};
        set.forEach(new Ranks(rank, rank + 1), /* fromEnd= */ false, (member, score) -> drawn[0] = Reply.bulk(member));
        return drawn[0];
    }

    private static Reply pop(Call call, boolean highest) {
        Bytes key = call.take();
        if (call.remaining() > 1) {
            throw CommandException.syntax();
        }
        boolean counted = call.hasMore();
        long count = counted ? call.takeLong(0, Long.MAX_VALUE, Errors.notPositive()) : 1;

        return SortedSetPops.pop(call.sortedSet(key), count, highest, /* inPairs= */ counted && call.protocol() > 2);
    }

    private static Reply popFirst(Call call) {
        return Objects.requireNonNullElse(SortedSetPops.parse(call).run(call), Reply.NULL_ARRAY);
    }
}
