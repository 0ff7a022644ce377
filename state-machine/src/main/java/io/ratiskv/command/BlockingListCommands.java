package io.ratiskv.command;

import static io.ratiskv.command.Category.LIST;
import static io.ratiskv.command.Flag.BLOCKING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.ListHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists, waited for: what to do when an element is there, and else for which keys to wait. As {@link ListCommands}. */
final class BlockingListCommands {
    private static final Reply.Awaited ELEMENT = new Reply.Awaited.Element(ValueType.LIST);

    private BlockingListCommands() {}

    static void declare(Declarations table) {
        table.group(Group.LIST);

        table.write("BLPOP key [key ...] timeout:double", call -> pop(call, ListEnd.HEAD))
                .in(LIST)
                .with(BLOCKING)
                .since("2.0.0")
                .complexity("O(N), N keys.")
                .keys("RW access delete")
                .summary("Removes and returns the first element of the first list that there is, or waits for one.");

        table.write("BRPOP key [key ...] timeout:double", call -> pop(call, ListEnd.TAIL))
                .in(LIST)
                .with(BLOCKING)
                .since("2.0.0")
                .complexity("O(N), N keys.")
                .keys("RW access delete")
                .summary("Removes and returns the last element of the first list that there is, or waits for one.");

        table.write(
                        "BLMPOP timeout:double numkeys key [key ...] <LEFT | RIGHT> [COUNT count]",
                        BlockingListCommands::popFirst)
                .in(LIST)
                .with(BLOCKING)
                .since("7.0.0")
                .complexity("O(N+M), N keys and M elements popped.")
                .keys("RW access delete")
                .summary("Removes and returns elements from an end of the first list that there is, or waits for one.");

        table.write(
                        "BLMOVE source:key destination:key <LEFT | RIGHT> <LEFT | RIGHT> timeout:double",
                        BlockingListCommands::move)
                .in(LIST)
                .denyOom()
                .with(BLOCKING)
                .since("6.2.0")
                .keys("RW access delete", "RW insert")
                .summary(
                        "Moves an element from an end of a list to an end of another and returns it, or waits for it.");

        table.write("BRPOPLPUSH source:key destination:key timeout:double", BlockingListCommands::moveToHead)
                .in(LIST)
                .denyOom()
                .with(BLOCKING)
                .since("2.2.0")
                .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
                .keys("RW access delete", "RW insert")
                .summary("Moves the last element of a list to the head of another and returns it, or waits for it.");
    }

    private static Reply pop(Call call, ListEnd end) {
        List<Bytes> keys = call.take(call.remaining() - 1);
        long timeoutMillis = WaitTime.seconds(call.take(), call.nowMillis());

        for (Bytes key : keys) {
            ListHandle list = call.list(key);
            if (list.size() > 0) {
                return Reply.array(
                        List.of(Reply.bulk(key), Reply.bulk(list.pop(end, 1).getFirst())));
            }
        }
        return call.blocked(keys, ELEMENT, timeoutMillis, Reply.NULL_ARRAY);
    }

    private static Reply popFirst(Call call) {
        Bytes timeout = call.take();
        ListPops pops = ListPops.parse(call);
        // Redis reads the time last of all; clients test for this order of errors.
        long timeoutMillis = WaitTime.seconds(timeout, call.nowMillis());

        @Nullable Reply popped = pops.run(call);
        return popped == null ? call.blocked(pops.keys(), ELEMENT, timeoutMillis, Reply.NULL_ARRAY) : popped;
    }

    private static Reply move(Call call) {
        Bytes source = call.take();
        Bytes target = call.take();
        ListEnd from = ListCommands.takeEnd(call);
        ListEnd to = ListCommands.takeEnd(call);
        return move(call, source, target, from, to);
    }

    private static Reply moveToHead(Call call) {
        return move(call, call.take(), call.take(), ListEnd.TAIL, ListEnd.HEAD);
    }

    private static Reply move(Call call, Bytes source, Bytes target, ListEnd from, ListEnd to) {
        long timeoutMillis = WaitTime.seconds(call.take(), call.nowMillis());

        return call.list(source).size() == 0
                ? call.blocked(List.of(source), ELEMENT, timeoutMillis, Reply.NULL)
                : ListCommands.move(call, source, target, from, to);
    }
}
