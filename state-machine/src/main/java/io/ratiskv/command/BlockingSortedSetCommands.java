package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.SORTEDSET;
import static io.ratiskv.command.Flag.BLOCKING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.Ranks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorted sets, waited for: what to do when a member is there, and else for which keys to wait. As {@link SortedSetCommands}. */
final class BlockingSortedSetCommands {
    private static final Reply.Awaited ELEMENT = new Reply.Awaited.Element(ValueType.SORTED_SET);

    private BlockingSortedSetCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SORTED_SET);

        table.write("BZPOPMIN key [key ...] timeout:double", call -> pop(call, /* highest= */ false))
                .in(SORTEDSET, FAST)
                .with(BLOCKING)
                .since("5.0.0")
                .complexity("O(log N), N members of the sorted set.")
                .keys("RW access delete")
                .summary("Removes and returns the member with the lowest score of the first sorted set that there is,"
                        + " or waits for one.");

        table.write("BZPOPMAX key [key ...] timeout:double", call -> pop(call, /* highest= */ true))
                .in(SORTEDSET, FAST)
                .with(BLOCKING)
                .since("5.0.0")
                .complexity("O(log N), N members of the sorted set.")
                .keys("RW access delete")
                .summary("Removes and returns the member with the highest score of the first sorted set that there is,"
                        + " or waits for one.");

        table.write(
                        "BZMPOP timeout:double numkeys key [key ...] <MIN | MAX> [COUNT count]",
                        BlockingSortedSetCommands::popFirst)
                .in(SORTEDSET)
                .with(BLOCKING)
                .since("7.0.0")
                .complexity("O(K) + O(N log M), K keys, N members returned, M members of the sorted set.")
                .keys("RW access delete")
                .summary(
                        "Removes and returns the members with the lowest or highest scores of the first sorted set that"
                                + " there is, or waits for one.");
    }

    private static Reply pop(Call call, boolean highest) {
        List<Bytes> keys = call.take(call.remaining() - 1);
        long timeoutMillis = WaitTime.seconds(call.take(), call.nowMillis());

        for (Bytes key : keys) {
            SortedSetHandle set = call.sortedSet(key);
            if (set.size() > 0) {
                return popped(key, set, highest);
            }
        }
        return call.blocked(keys, ELEMENT, timeoutMillis, Reply.NULL_ARRAY);
    }

    /** Key, member and score, in a row. */
    private static Reply popped(Bytes key, SortedSetHandle set, boolean highest) {
        int rank = highest ? set.size() - 1 : 0;
        Ranks ranks = new Ranks(rank, rank + 1);
        List<Reply> parts = new ArrayList<>(3);
        parts.add(Reply.bulk(key));
        set.forEach(
                ranks,
                /* fromEnd= */ false,
                (member, score) -> {
                    parts.add(Reply.bulk(member));
                    parts.add(new Reply.Decimal(score));
                });
        set.remove(ranks, highest ? Change.Unscoring.HIGHEST : Change.Unscoring.LOWEST);
        return Reply.array(parts);
    }

    private static Reply popFirst(Call call) {
        Bytes timeout = call.take();
        SortedSetPops pops = SortedSetPops.parse(call);
        // Redis reads the time last of all; clients test for this order of errors.
        long timeoutMillis = WaitTime.seconds(timeout, call.nowMillis());

        @Nullable Reply popped = pops.run(call);
        return popped == null ? call.blocked(pops.keys(), ELEMENT, timeoutMillis, Reply.NULL_ARRAY) : popped;
    }
}
