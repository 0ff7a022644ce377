package io.ratiskv.command;

import static io.ratiskv.command.Category.SORTEDSET;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change.SortedSetOrigin;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.value.Joining;
import io.ratiskv.value.ScoreAlgebra;
import io.ratiskv.value.ScoreAlgebra.Weighted;
import io.ratiskv.value.ScoredMembers;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.SortedSetBuilder;
import io.ratiskv.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sorted sets made of several others. Confined to whoever holds the state's lock. */
final class SortedSetAlgebraCommands {
    private static final String OPERANDS = " numkeys key [key ...]";
    private static final String WEIGHTS = " [WEIGHTS weight:double [weight:double ...]] [AGGREGATE <SUM | MIN | MAX>]";

    private SortedSetAlgebraCommands() {}

    static void declare(Declarations table) {
        declareReads(table);
        declareWrites(table);
    }

    private static void declareReads(Declarations table) {
        table.read("ZUNION" + OPERANDS + WEIGHTS + " [WITHSCORES]", call -> read(call, SortedSetOrigin.UNION))
                .in(SORTEDSET)
                .scans()
                .since("6.2.0")
                .complexity("O(N + M log M), N members of all keys, M members returned.")
                .summary("Returns the members that any of the keys has.");

        table.read("ZINTER" + OPERANDS + WEIGHTS + " [WITHSCORES]", call -> read(call, SortedSetOrigin.INTERSECTION))
                .in(SORTEDSET)
                .scans()
                .since("6.2.0")
                .complexity("O(N K + M log M), N members of the smallest of K keys, M members returned.")
                .summary("Returns the members that all keys have.");

        table.read("ZINTERCARD" + OPERANDS + " [LIMIT limit:integer]", SortedSetAlgebraCommands::intersectionSize)
                .in(SORTEDSET)
                .scans()
                .since("7.0.0")
                .complexity("O(N K), N members of the smallest of K keys.")
                .summary("Returns how many members all keys have.");

        table.read("ZDIFF" + OPERANDS + " [WITHSCORES]", call -> read(call, SortedSetOrigin.DIFFERENCE))
                .in(SORTEDSET)
                .scans()
                .since("6.2.0")
                .complexity("O(N K + M log M), N members of the first of K keys, M members returned.")
                .summary("Returns the members of the first key that no other has.");
    }

    private static void declareWrites(Declarations table) {
        table.write("ZUNIONSTORE destination:key" + OPERANDS + WEIGHTS, call -> store(call, SortedSetOrigin.UNION))
                .in(SORTEDSET)
                .denyOom()
                .scans()
                .since("2.0.0")
                .complexity("O(N + M log M), N members of all keys, M members stored.")
                .keys("OW update", "RO access")
                .summary("Puts the members that any of the keys has over another key; returns how many.");

        table.write(
                        "ZINTERSTORE destination:key" + OPERANDS + WEIGHTS,
                        call -> store(call, SortedSetOrigin.INTERSECTION))
                .in(SORTEDSET)
                .denyOom()
                .scans()
                .since("2.0.0")
                .complexity("O(N K + M log M), N members of the smallest of K keys, M members stored.")
                .keys("OW update", "RO access")
                .summary("Puts the members that all keys have over another key; returns how many.");

        table.write("ZDIFFSTORE destination:key" + OPERANDS, call -> store(call, SortedSetOrigin.DIFFERENCE))
                .in(SORTEDSET)
                .denyOom()
                .scans()
                .since("6.2.0")
                .complexity("O(N K + M log M), N members of the first of K keys, M members stored.")
                .keys("OW update", "RO access")
                .summary("Puts the members of the first key that no other has over another key; returns how many.");
    }

    /** What is asked of the sets of a call. */
    private record Operation(SortedSetOrigin kind, List<Weighted> inputs, Joining joining, boolean withScores) {
        SortedSetBuilder result(Shapes shapes) {
            return switch (kind) {
                case UNION -> ScoreAlgebra.union(inputs, joining, shapes);
                case INTERSECTION -> ScoreAlgebra.intersection(inputs, joining, shapes);
                case DIFFERENCE -> ScoreAlgebra.difference(inputs, shapes);
                case RANGE, GEO_RADIUS, GEO_SEARCH -> throw new IllegalArgumentException(kind + " is of one set");
            };
        }
    }

    private static Reply read(Call call, SortedSetOrigin kind) {
        Operation operation = take(call, kind, /* stores= */ false);

        SortedSetBuilder result = operation.result(call.databases().shapes());
        ScoredReply members = ScoredReply.of(call, operation.withScores, result.size());
        result.forEach(members);
        return members.reply();
    }

    private static Reply store(Call call, SortedSetOrigin kind) {
        Bytes target = call.take();
        Operation operation = take(call, kind, /* stores= */ true);

        SortedSetValue result = operation.result(call.databases().shapes()).build();
        // Asked first: from then on the set is the keyspace's.
        int size = result.size();
        call.keyspace().putSortedSet(target, result, kind);
        return Reply.of(size);
    }

    private static Operation take(Call call, SortedSetOrigin kind, boolean stores) {
        List<ScoredMembers> sets = takeSets(call);
        double[] weights = new double[sets.size()];
        Arrays.fill(weights, 1);
        Joining joining = Joining.SUM;
        boolean withScores = false;
        boolean joins = kind != SortedSetOrigin.DIFFERENCE;
        while (call.hasMore()) {
            if (joins && call.remaining() > weights.length && call.accept("WEIGHTS")) {
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = call.takeDouble(new CommandException("ERR weight value is not a float"));
                }
            } else if (joins && call.acceptWithValue("AGGREGATE")) {
                joining = takeJoining(call);
            } else if (!stores && call.accept("WITHSCORES")) {
                withScores = true;
            } else {
                throw CommandException.syntax();
            }
        }
        List<Weighted> inputs = new ArrayList<>(weights.length);
        for (int i = 0; i < weights.length; i++) {
            inputs.add(new Weighted(sets.get(i), weights[i]));
        }
        return new Operation(kind, inputs, joining, withScores);
    }

    /** Redis looks at the keys before it reads the options. */
    private static List<ScoredMembers> takeSets(Call call) {
        long keys = call.takeLong();
        if (keys < 1) {
            throw new CommandException(
                    "ERR at least 1 input key is needed for '" + call.command().name() + "' command");
        }
        if (keys > call.remaining()) {
            throw CommandException.syntax();
        }
        List<ScoredMembers> sets = new ArrayList<>();
        for (long i = 0; i < keys; i++) {
            sets.add(call.keyspace().scoredMembers(call.take()));
        }
        return sets;
    }

    private static Joining takeJoining(Call call) {
        if (call.accept("SUM")) {
            return Joining.SUM;
        }
        if (call.accept("MIN")) {
            return Joining.LEAST;
        }
        if (call.accept("MAX")) {
            return Joining.GREATEST;
        }
        throw CommandException.syntax();
    }

    private static Reply intersectionSize(Call call) {
        List<Weighted> inputs =
                takeSets(call).stream().map(set -> new Weighted(set, 1)).toList();
        long limit = 0;
        while (call.hasMore()) {
            if (!call.acceptWithValue("LIMIT")) {
                throw CommandException.syntax();
            }
            limit = call.takeLong(0, Long.MAX_VALUE, new CommandException("ERR LIMIT can't be negative"));
        }
        return Reply.of(ScoreAlgebra.intersectionSize(inputs, limit == 0 ? Long.MAX_VALUE : limit));
    }
}
