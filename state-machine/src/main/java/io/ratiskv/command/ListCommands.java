package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.LIST;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.ListHandle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists: elements in order under one key. Confined to whoever holds the state's lock. */
final class ListCommands {
    private ListCommands() {}

    static void declare(Declarations table) {
        table.group(Group.LIST);

        table.write("LPUSH key element [element ...]", call -> push(call, ListEnd.HEAD))
                .in(LIST, FAST)
                .denyOom()
                .since("1.0.0")
                .complexity("O(N), N elements to push.")
                .keys("RW insert")
                .summary("Pushes elements to the head of a list, the last one outermost; returns its length.");

        table.write("RPUSH key element [element ...]", call -> push(call, ListEnd.TAIL))
                .in(LIST, FAST)
                .denyOom()
                .since("1.0.0")
                .complexity("O(N), N elements to push.")
                .keys("RW insert")
                .summary("Pushes elements to the tail of a list; returns its length.");

        table.write("LPUSHX key element [element ...]", call -> pushIfPresent(call, ListEnd.HEAD))
                .in(LIST, FAST)
                .denyOom()
                .since("2.2.0")
                .complexity("O(N), N elements to push.")
                .keys("RW insert")
                .summary("Pushes elements to the head of a list if there is one; returns its length.");

        table.write("RPUSHX key element [element ...]", call -> pushIfPresent(call, ListEnd.TAIL))
                .in(LIST, FAST)
                .denyOom()
                .since("2.2.0")
                .complexity("O(N), N elements to push.")
                .keys("RW insert")
                .summary("Pushes elements to the tail of a list if there is one; returns its length.");

        table.write("LPOP key [count]", call -> pop(call, ListEnd.HEAD))
                .in(LIST, FAST)
                .since("1.0.0")
                .complexity("O(N), N elements popped.")
                .keys("RW access delete")
                .summary("Removes and returns elements from the head of a list. A list without elements is gone.");

        table.write("RPOP key [count]", call -> pop(call, ListEnd.TAIL))
                .in(LIST, FAST)
                .since("1.0.0")
                .complexity("O(N), N elements popped.")
                .keys("RW access delete")
                .summary("Removes and returns elements from the tail of a list. A list without elements is gone.");

        table.write("LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count]", ListCommands::popFirst)
                .in(LIST)
                .since("7.0.0")
                .complexity("O(N+M), N keys and M elements popped.")
                .keys("RW access delete")
                .summary("Removes and returns elements from an end of the first list that there is.");

        table.write("RPOPLPUSH source:key destination:key", ListCommands::moveToHead)
                .in(LIST)
                .denyOom()
                .since("1.2.0")
                .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
                .keys("RW access delete", "RW insert")
                .summary("Moves the last element of a list to the head of another, and returns it.");

        table.write("LMOVE source:key destination:key <LEFT | RIGHT> <LEFT | RIGHT>", ListCommands::move)
                .in(LIST)
                .denyOom()
                .since("6.2.0")
                .keys("RW access delete", "RW insert")
                .summary("Moves an element from an end of a list to an end of another, and returns it.");

        table.read("LLEN key", call -> Reply.of(call.list(call.take()).size()))
                .in(LIST, FAST)
                .since("1.0.0")
                .keys("RO")
                .summary("Returns how many elements a list has.");

        table.read("LINDEX key index", ListCommands::elementAt)
                .in(LIST)
                .since("1.0.0")
                .complexity("O(log N), N elements of the list.")
                .summary("Returns the element at an index, from the tail if it is below 0.");

        table.read("LRANGE key start stop:integer", ListCommands::range)
                .in(LIST)
                .since("1.0.0")
                .complexity("O(log N + M), N elements of the list and M returned.")
                .summary("Returns the elements from one index to another.");

        table.read(
                        "LPOS key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]",
                        ListCommands::positions)
                .in(LIST)
                .scans()
                .since("6.0.6")
                .complexity("O(N), N elements of the list.")
                .summary("Returns the index of an element, or of several that are equal to it.");

        table.write("LSET key index element", ListCommands::set)
                .in(LIST)
                .denyOom()
                .since("1.0.0")
                .complexity("O(log N), N elements of the list.")
                .keys("RW update")
                .summary("Puts an element in place of the one at an index.");

        table.write("LINSERT key <BEFORE | AFTER> pivot element", ListCommands::insert)
                .in(LIST)
                .denyOom()
                .scans()
                .since("2.2.0")
                .complexity("O(N), N elements before the pivot.")
                .keys("RW insert")
                .summary("Inserts an element beside the first that equals the pivot; returns the list's length.");

        table.write("LREM key count element", ListCommands::remove)
                .in(LIST)
                .scans()
                .since("1.0.0")
                .complexity("O(N), N elements of the list.")
                .keys("RW delete")
                .summary(
                        "Removes elements that are equal to one; returns how many. With a count below 0 from the tail.");

        table.write("LTRIM key start stop:integer", ListCommands::trim)
                .in(LIST)
                .since("1.0.0")
                .complexity("O(N), N elements removed.")
                .keys("RW delete")
                .summary("Removes all elements but those from one index to another.");
    }

    private static Reply push(Call call, ListEnd end) {
        ListHandle list = call.list(call.take());
        list.push(end, call.takeRest());
        return Reply.of(list.size());
    }

    private static Reply pushIfPresent(Call call, ListEnd end) {
        ListHandle list = call.list(call.take());
        if (list.size() > 0) {
            list.push(end, call.takeRest());
        }
        return Reply.of(list.size());
    }

    private static Reply pop(Call call, ListEnd end) {
        Bytes key = call.take();
        if (!call.hasMore()) {
            ListHandle list = call.list(key);
            return list.size() == 0 ? Reply.NULL : Reply.bulk(list.pop(end, 1).getFirst());
        }
        if (call.remaining() > 1) {
            throw call.wrongNumberOfArguments();
        }
        long count = call.takeLong(Errors.notPositive());
        if (count < 0) {
            throw Errors.notPositive();
        }
        ListHandle list = call.list(key);
        if (list.size() == 0) {
            return Reply.NULL_ARRAY;
        }
        return count == 0 ? Reply.EMPTY_ARRAY : bulks(list.pop(end, (int) Math.min(count, list.size())));
    }

    private static Reply popFirst(Call call) {
        @Nullable Reply popped = ListPops.parse(call).run(call);
        return popped == null ? Reply.NULL_ARRAY : popped;
    }

    private static Reply moveToHead(Call call) {
        return move(call, call.take(), call.take(), ListEnd.TAIL, ListEnd.HEAD);
    }

    private static Reply move(Call call) {
        return move(call, call.take(), call.take(), takeEnd(call), takeEnd(call));
    }

    /** The element moved, or null when there is no source. */
    static Reply move(Call call, Bytes sourceKey, Bytes targetKey, ListEnd from, ListEnd to) {
        ListHandle source = call.list(sourceKey);
        if (source.size() == 0) {
            return Reply.NULL;
        }
        if (sourceKey.equals(targetKey)) {
            return Reply.bulk(source.rotate(from, to));
        }
        ListHandle target = call.list(targetKey);
        Bytes element = source.at(from == ListEnd.HEAD ? 0 : source.size() - 1);
        // Pushed first, as Redis tells it.
        target.push(to, List.of(element));
        source.pop(from, 1);
        return Reply.bulk(element);
    }

    private static Reply elementAt(Call call) {
        ListHandle list = call.list(call.take());
        if (list.size() == 0) {
            return Reply.NULL;
        }
        int index = index(call.takeLong(), list.size());
        return index < 0 ? Reply.NULL : Reply.bulk(list.at(index));
    }

    private static Reply set(Call call) {
        ListHandle list = call.list(call.take());
        if (list.size() == 0) {
            throw Errors.noSuchKey();
        }
        int index = index(call.takeLong(), list.size());
        if (index < 0) {
            throw new CommandException("ERR index out of range");
        }
        list.set(index, call.take());
        return Reply.OK;
    }

    /** The index, counted from the tail if it is below 0; -1 if there is no such element. */
    private static int index(long given, int size) {
        long index = given < 0 ? size + given : given;
        return index < 0 || index >= size ? -1 : (int) index;
    }

    private static Reply range(Call call) {
        Bytes key = call.take();
        long start = call.takeLong();
        long stop = call.takeLong();

        ListHandle list = call.list(key);
        IndexRange range = IndexRange.of(start, stop, list.size());
        List<Reply> elements = new ArrayList<>(range.length());
        Iterator<Bytes> all = list.ascending(range.from());
        for (int i = range.from(); i < range.to(); i++) {
            elements.add(Reply.bulk(all.next()));
        }
        return Reply.array(elements);
    }

    private static Reply trim(Call call) {
        Bytes key = call.take();
        long start = call.takeLong();
        long stop = call.takeLong();

        ListHandle list = call.list(key);
        if (list.size() > 0) {
            IndexRange range = IndexRange.of(start, stop, list.size());
            list.trim(range.from(), range.to());
        }
        return Reply.OK;
    }

    private static Reply insert(Call call) {
        Bytes key = call.take();
        boolean behind = call.accept("AFTER");
        if (!behind && !call.accept("BEFORE")) {
            throw CommandException.syntax();
        }
        Bytes pivot = call.take();
        Bytes element = call.take();

        ListHandle list = call.list(key);
        Iterator<Bytes> elements = list.ascending(0);
        for (int i = 0; elements.hasNext(); i++) {
            if (elements.next().equals(pivot)) {
                list.insert(behind ? i + 1 : i, element);
                return Reply.of(list.size());
            }
        }
        return Reply.of(list.size() == 0 ? 0 : -1);
    }

    private static Reply remove(Call call) {
        Bytes key = call.take();
        long count = call.takeLong();
        Bytes element = call.take();

        // The least integer has no opposite: it means all, as 0 does, but from the tail.
        long most = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        return Reply.of(call.list(key).removeEqual(element, count < 0 ? ListEnd.TAIL : ListEnd.HEAD, most));
    }

    private static Reply positions(Call call) {
        Bytes key = call.take();
        Bytes element = call.take();
        long rank = 1;
        long most = -1;
        long lengthMax = 0;
        while (call.hasMore()) {
            if (call.acceptWithValue("RANK")) {
                rank = call.takeLong(-Long.MAX_VALUE, Long.MAX_VALUE);
                if (rank == 0) {
                    throw new CommandException("ERR RANK can't be zero: use 1 to start from the first match, 2 from the"
                            + " second ... or use negative to start from the end of the list");
                }
            } else if (call.acceptWithValue("COUNT")) {
                most = notNegative(call, "COUNT");
            } else if (call.acceptWithValue("MAXLEN")) {
                lengthMax = notNegative(call, "MAXLEN");
            } else {
                throw CommandException.syntax();
            }
        }

        ListHandle list = call.list(key);
        List<Reply> found = new ArrayList<>();
        boolean backwards = rank < 0;
        int size = list.size();
        long left = lengthMax == 0 ? size : Math.min(lengthMax, size);
        long skipped = Math.abs(rank) - 1;
        long wanted = most < 0 ? 1 : most == 0 ? Long.MAX_VALUE : most;
        Iterator<Bytes> elements = backwards ? list.descending(size - 1) : list.ascending(0);
        for (int i = 0; i < left && found.size() < wanted; i++) {
            if (elements.next().equals(element) && skipped-- <= 0) {
                found.add(Reply.of(backwards ? size - 1 - i : i));
            }
        }
        if (most >= 0) {
            return Reply.array(found);
        }
        return found.isEmpty() ? Reply.NULL : found.getFirst();
    }

    private static long notNegative(Call call, String option) {
        CommandException negative = new CommandException("ERR " + option + " can't be negative");
        long value = call.takeLong(negative);
        if (value < 0) {
            throw negative;
        }
        return value;
    }

    /** Takes LEFT or RIGHT. */
    static ListEnd takeEnd(Call call) {
        if (call.accept("LEFT")) {
            return ListEnd.HEAD;
        }
        if (call.accept("RIGHT")) {
            return ListEnd.TAIL;
        }
        throw CommandException.syntax();
    }

    static Reply bulks(List<Bytes> elements) {
        return Reply.array(elements.stream().map(Reply::bulk).toList());
    }
}
