package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.SET;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.SetHandle;
import io.ratiskv.value.Members;
import io.ratiskv.value.SetAlgebra;
import io.ratiskv.value.SetValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Sets: members without order under one key. Confined to whoever holds the state's lock. */
final class SetCommands {
    /** Of what is left so many times as much has to be popped before it is cheaper to begin anew with what is left. */
    private static final long REST_FACTOR = 5;

    private SetCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SET);

        table.write(
                        "SADD key member [member ...]",
                        call -> Reply.of(call.set(call.take()).add(call.takeRest())))
                .in(SET, FAST)
                .denyOom()
                .since("1.0.0")
                .complexity("O(N), N members to add.")
                .keys("RW insert")
                .summary("Adds members to a set; returns how many of them are new.");

        table.write(
                        "SREM key member [member ...]",
                        call -> Reply.of(call.set(call.take()).remove(call.takeRest())))
                .in(SET, FAST)
                .since("1.0.0")
                .complexity("O(N), N members to remove.")
                .keys("RW delete")
                .summary("Removes members; returns how many there were. A set without members is gone.");

        table.read("SCARD key", call -> Reply.of(call.set(call.take()).size()))
                .in(SET, FAST)
                .since("1.0.0")
                .keys("RO")
                .summary("Returns how many members a set has.");

        table.read(
                        "SISMEMBER key member",
                        call -> Reply.of(call.set(call.take()).contains(call.take())))
                .in(SET, FAST)
                .since("1.0.0")
                .keys("RO")
                .summary("Returns 1 if a set has the member, else 0.");

        table.read("SMISMEMBER key member [member ...]", SetCommands::containsEach)
                .in(SET, FAST)
                .since("6.2.0")
                .complexity("O(N), N members asked for.")
                .summary("Returns for each of the members 1 if a set has it, else 0.");

        table.read("SMEMBERS key", call -> reply(call.set(call.take()).members()))
                .in(SET)
                .since("1.0.0")
                .complexity("O(N), N members of the set.")
                .tips("nondeterministic_output_order")
                .summary("Returns all members.");

        table.write("SMOVE source:key destination:key member", SetCommands::move)
                .in(SET, FAST)
                .since("1.0.0")
                .keys("RW access delete", "RW insert")
                .summary("Moves a member from one set to another; returns 1 if it was in the first.");

        table.write("SPOP key [count]", SetCommands::pop)
                .in(SET, FAST)
                .since("1.0.0")
                .complexity("O(N), N members popped.")
                .tips("nondeterministic_output")
                .keys("RW access delete")
                .summary("Removes and returns members drawn at random.");

        table.read("SRANDMEMBER key [count]", SetCommands::random)
                .in(SET)
                .since("1.0.0")
                .complexity("O(N), N members returned.")
                .tips("nondeterministic_output")
                .summary("Returns members drawn at random: distinct ones, or with a count below 0 with repetition.");

        table.read("SINTER key [key ...]", SetCommands::intersection)
                .in(SET)
                .scans()
                .since("1.0.0")
                .complexity("O(N*M), N members of the smallest of M sets.")
                .tips("nondeterministic_output_order")
                .summary("Returns the members that all sets have.");

        table.read("SINTERCARD numkeys key [key ...] [LIMIT limit:integer]", SetCommands::intersectionSize)
                .in(SET)
                .scans()
                .since("7.0.0")
                .complexity("O(N*M), N members of the smallest of M sets.")
                .summary("Returns how many members all sets have; with a limit above 0 it counts no further.");

        table.write("SINTERSTORE destination:key key [key ...]", call -> store(call, Change.Algebra.INTERSECTION))
                .in(SET)
                .denyOom()
                .scans()
                .since("1.0.0")
                .complexity("O(N*M), N members of the smallest of M sets.")
                .keys("RW update", "RO access")
                .summary("Puts the members that all sets have over a key; returns how many.");

        table.read("SUNION key [key ...]", SetCommands::union)
                .in(SET)
                .scans()
                .since("1.0.0")
                .complexity("O(N), N members of all sets.")
                .tips("nondeterministic_output_order")
                .summary("Returns the members of any of the sets.");

        table.write("SUNIONSTORE destination:key key [key ...]", call -> store(call, Change.Algebra.UNION))
                .in(SET)
                .denyOom()
                .scans()
                .since("1.0.0")
                .complexity("O(N), N members of all sets.")
                .keys("OW update", "RO access")
                .summary("Puts the members of any of the sets over a key; returns how many.");

        table.read("SDIFF key [key ...]", SetCommands::difference)
                .in(SET)
                .scans()
                .since("1.0.0")
                .complexity("O(N*M), N members of the first of M sets.")
                .tips("nondeterministic_output_order")
                .summary("Returns the members of the first set that no other has.");

        table.write("SDIFFSTORE destination:key key [key ...]", call -> store(call, Change.Algebra.DIFFERENCE))
                .in(SET)
                .denyOom()
                .scans()
                .since("1.0.0")
                .complexity("O(N*M), N members of the first of M sets.")
                .keys("OW update", "RO access")
                .summary("Puts the members of the first set that no other has over a key; returns how many.");

        table.read("SSCAN key cursor [MATCH pattern] [COUNT count]", SetCommands::scan)
                .in(SET)
                .since("2.8.0")
                .complexity("O(1) for each call, O(N) until the cursor is 0 again, N members of the set.")
                .tips("nondeterministic_output")
                .summary("Returns the next few members and the cursor to go on from.");
    }

    private static Reply containsEach(Call call) {
        SetHandle set = call.set(call.take());
        List<Reply> each = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            each.add(Reply.of(set.contains(call.take())));
        }
        return Reply.array(each);
    }

    private static Reply move(Call call) {
        Bytes sourceKey = call.take();
        Bytes targetKey = call.take();
        List<Bytes> member = call.takeRest();

        if (!call.keyspace().exists(sourceKey)) {
            return Reply.of(0);
        }
        SetHandle source = call.set(sourceKey);
        SetHandle target = call.set(targetKey);
        if (sourceKey.equals(targetKey)) {
            return Reply.of(source.contains(member.getFirst()));
        }
        if (source.remove(member) == 0) {
            return Reply.of(0);
        }
        target.add(member);
        return Reply.of(1);
    }

    private static Reply pop(Call call) {
        Bytes key = call.take();
        if (call.hasMore()) {
            return popMany(call, key);
        }
        SetHandle set = call.set(key);
        if (set.size() == 0) {
            return Reply.NULL;
        }
        Bytes member = set.at(Draws.rank(call, set.size()));
        set.pop(List.of(member));
        return Reply.bulk(member);
    }

    private static Reply popMany(Call call, Bytes key) {
        if (call.remaining() > 1) {
            throw CommandException.syntax();
        }
        long count = call.takeLong(Errors.notPositive());
        if (count < 0) {
            throw Errors.notPositive();
        }
        SetHandle set = call.set(key);
        int size = set.size();
        if (count == 0 || size == 0) {
            return new Reply.Set(List.of());
        }
        long rest = Math.max(size - count, 0);
        if (rest * REST_FACTOR <= count) {
            BitSet kept = new BitSet();
            Draws.ranks(call, size, rest, kept::set);
            return new Reply.Set(bulks(set.popAllBut(kept)));
        }
        List<Bytes> popped = new ArrayList<>((int) count);
        Draws.ranks(call, size, count, rank -> popped.add(set.at(rank)));
        set.pop(popped);
        return new Reply.Set(bulks(popped));
    }

    private static Reply random(Call call) {
        Bytes key = call.take();
        if (!call.hasMore()) {
            SetHandle set = call.set(key);
            return set.size() == 0 ? Reply.NULL : Reply.bulk(set.at(Draws.rank(call, set.size())));
        }
        if (call.remaining() > 1) {
            throw CommandException.syntax();
        }
        long count = call.takeLong(-Long.MAX_VALUE, Long.MAX_VALUE);

        SetHandle set = call.set(key);
        if (count >= set.size()) {
            return Reply.array(bulks(set.members()));
        }
        List<Reply> drawn = new ArrayList<>();
        Draws.ranks(call, set.size(), count, rank -> drawn.add(Reply.bulk(set.at(rank))));
        return Reply.array(drawn);
    }

    private static Reply intersection(Call call) {
        List<Members> sets = sets(call, call.takeRest());
        List<Reply> common = new ArrayList<>();
        SetAlgebra.forEachCommon(sets, Integer.MAX_VALUE, member -> common.add(Reply.bulk(member)));
        return new Reply.Set(common);
    }

    private static Reply intersectionSize(Call call) {
        CommandException noNumber = new CommandException("ERR numkeys should be greater than 0");
        long numkeys = call.takeLong(noNumber);
        if (numkeys < 1) {
            throw noNumber;
        }
        if (numkeys > call.remaining()) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        List<Bytes> keys = call.take((int) numkeys);
        long limit = 0;
        while (call.hasMore()) {
            if (!call.acceptWithValue("LIMIT")) {
                throw CommandException.syntax();
            }
            CommandException negative = new CommandException("ERR LIMIT can't be negative");
            limit = call.takeLong(negative);
            if (limit < 0) {
                throw negative;
            }
        }

        int most = limit == 0 ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE);
        return Reply.of(SetAlgebra.forEachCommon(sets(call, keys), most, member -> {}));
    }

    private static Reply union(Call call) {
        List<Members> sets = sets(call, call.takeRest());
        sets.removeIf(set -> set.size() == 0);
        return reply(
                sets.size() == 1
                        ? sets.getFirst()
                        : SetAlgebra.union(sets, call.databases().shapes()));
    }

    private static Reply difference(Call call) {
        List<Members> sets = sets(call, call.takeRest());
        List<Reply> left = new ArrayList<>();
        SetAlgebra.forEachLeft(sets, member -> left.add(Reply.bulk(member)));
        return new Reply.Set(left);
    }

    private static Reply store(Call call, Change.Algebra algebra) {
        Bytes target = call.take();
        List<Members> sets = sets(call, call.takeRest());

        SetValue made = switch (algebra) {
            case UNION -> SetAlgebra.union(sets, call.databases().shapes());
            case INTERSECTION -> SetAlgebra.intersection(sets, call.databases().shapes());
            case DIFFERENCE -> SetAlgebra.difference(sets, call.databases().shapes());
        };
        call.keyspace().putSet(target, made, algebra);
        return Reply.of(made.size());
    }

    private static Reply scan(Call call) {
        Bytes key = call.take();
        long cursor = ScanOptions.takeCursor(call);
        // Redis looks at the key before it reads the options: without one, no option is wrong.
        SetHandle set = call.set(key);
        if (set.size() == 0) {
            return ScanOptions.page(0, List.of());
        }
        ScanOptions options = ScanOptions.parse(call, /* withType= */ false);
        if (cursor == ScanOptions.CURSORS_END) {
            return ScanOptions.page(0, List.of());
        }

        List<Reply> members = new ArrayList<>();
        long next = set.scan(cursor, options.count(), member -> {
            if (options.wants(member)) {
                members.add(Reply.bulk(member));
            }
        });
        return ScanOptions.page(next, members);
    }

    private static List<Members> sets(Call call, List<Bytes> keys) {
        List<Members> sets = new ArrayList<>(keys.size());
        for (Bytes key : keys) {
            sets.add(call.set(key).members());
        }
        return sets;
    }

    private static Reply reply(Members members) {
        return new Reply.Set(bulks(members));
    }

    private static List<Reply> bulks(Iterable<Bytes> strings) {
        List<Reply> bulks = new ArrayList<>();
        strings.forEach(string -> bulks.add(Reply.bulk(string)));
        return bulks;
    }
}
