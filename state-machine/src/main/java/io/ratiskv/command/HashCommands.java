package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.HASH;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.HashHandle;
import io.ratiskv.value.ExtendedFloat;
import io.ratiskv.value.FieldVisitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hashes: fields with values under one key. Confined to whoever holds the state's lock. */
final class HashCommands {
    private HashCommands() {}

    static void declare(Declarations table) {
        table.group(Group.HASH);

        table.write("HSET key field value [field value ...]", HashCommands::putAndCount)
                .in(HASH, FAST)
                .denyOom()
                .since("2.0.0")
                .complexity("O(N), N fields.")
                .summary("Puts fields into a hash; returns how many of them are new.");

        table.write("HMSET key field value [field value ...]", HashCommands::putMany)
                .in(HASH, FAST)
                .denyOom()
                .since("2.0.0")
                .complexity("O(N), N fields.")
                .deprecated("4.0.0", "`HSET` with multiple field-value pairs")
                .summary("Puts fields into a hash.");

        table.write("HSETNX key field value", HashCommands::putIfAbsent)
                .in(HASH, FAST)
                .denyOom()
                .since("2.0.0")
                .keys("RW insert")
                .summary("Puts a field into a hash that does not have it.");

        table.read(
                        "HGET key field",
                        call -> Reply.bulkOrNull(call.hash(call.take()).get(call.take())))
                .in(HASH, FAST)
                .since("2.0.0")
                .summary("Returns the value of a field.");

        table.read("HMGET key field [field ...]", HashCommands::getMany)
                .in(HASH, FAST)
                .since("2.0.0")
                .complexity("O(N), N fields asked for.")
                .summary("Returns the values of several fields, null for one that is not there.");

        table.read("HGETALL key", HashCommands::getAll)
                .in(HASH)
                .since("2.0.0")
                .complexity("O(N), N fields of the hash.")
                .tips("nondeterministic_output_order")
                .summary("Returns all fields with their values.");

        table.read("HKEYS key", HashCommands::fields)
                .in(HASH)
                .since("2.0.0")
                .complexity("O(N), N fields of the hash.")
                .tips("nondeterministic_output_order")
                .summary("Returns all fields.");

        table.read("HVALS key", HashCommands::values)
                .in(HASH)
                .since("2.0.0")
                .complexity("O(N), N fields of the hash.")
                .tips("nondeterministic_output_order")
                .summary("Returns the values of all fields.");

        table.read("HLEN key", call -> Reply.of(call.hash(call.take()).size()))
                .in(HASH, FAST)
                .since("2.0.0")
                .keys("RO")
                .summary("Returns how many fields a hash has.");

        table.read("HEXISTS key field", call -> Reply.of(call.hash(call.take()).contains(call.take())))
                .in(HASH, FAST)
                .since("2.0.0")
                .keys("RO")
                .summary("Returns 1 if a hash has the field, else 0.");

        table.read("HSTRLEN key field", HashCommands::valueLength)
                .in(HASH, FAST)
                .since("3.2.0")
                .keys("RO")
                .summary("Returns the length of a field's value in bytes.");

        table.write("HDEL key field [field ...]", HashCommands::remove)
                .in(HASH, FAST)
                .since("2.0.0")
                .complexity("O(N), N fields to remove.")
                .keys("RW delete")
                .summary("Removes fields; returns how many there were. A hash without fields is gone.");

        table.write("HINCRBY key field increment", HashCommands::add)
                .in(HASH, FAST)
                .denyOom()
                .since("2.0.0")
                .keys("RW access update")
                .summary("Adds to the integer a field holds, 0 if there is none.");

        table.write("HINCRBYFLOAT key field increment:double", HashCommands::addDecimal)
                .in(HASH, FAST)
                .denyOom()
                .since("2.6.0")
                .keys("RW access update")
                .summary("Adds to the decimal number a field holds, 0 if there is none.");

        table.read("HRANDFIELD key [count [WITHVALUES]]", HashCommands::random)
                .in(HASH)
                .since("6.2.0")
                .complexity("O(N), N fields returned.")
                .tips("nondeterministic_output")
                .summary("Returns fields drawn at random: distinct ones, or with a count below 0 with repetition.");

        table.read("HSCAN key cursor [MATCH pattern] [COUNT count]", HashCommands::scan)
                .in(HASH)
                .since("2.8.0")
                .complexity("O(1) for each call, O(N) until the cursor is 0 again, N fields of the hash.")
                .tips("nondeterministic_output")
                .summary("Returns the next few fields with their values and the cursor to go on from.");
    }

    private static Reply putAndCount(Call call) {
        return Reply.of(put(call));
    }

    private static Reply putMany(Call call) {
        put(call);
        return Reply.OK;
    }

    private static long put(Call call) {
        if (call.remaining() % 2 == 0) {
            throw call.wrongNumberOfArguments();
        }
        HashHandle hash = call.hash(call.take());
        hash.expect(call.remaining() / 2);

        long created = 0;
        while (call.hasMore()) {
            Bytes field = call.take();
            if (hash.put(field, call.take())) {
                created++;
            }
        }
        return created;
    }

    private static Reply putIfAbsent(Call call) {
        HashHandle hash = call.hash(call.take());
        Bytes field = call.take();
        Bytes value = call.take();

        if (hash.contains(field)) {
            return Reply.of(0);
        }
        hash.put(field, value);
        return Reply.of(1);
    }

    private static Reply getMany(Call call) {
        HashHandle hash = call.hash(call.take());
        List<Reply> values = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            values.add(Reply.bulkOrNull(hash.get(call.take())));
        }
        return Reply.array(values);
    }

    private static Reply getAll(Call call) {
        HashHandle hash = call.hash(call.take());
        List<Reply> pairs = new ArrayList<>(2 * hash.size());
        hash.forEach((field, value) -> {
            pairs.add(Reply.bulk(field));
            pairs.add(Reply.bulk(value));
        });
        return new Reply.Map(pairs);
    }

    private static Reply fields(Call call) {
        List<Reply> fields = new ArrayList<>();
        call.hash(call.take()).forEach((field, value) -> fields.add(Reply.bulk(field)));
        return Reply.array(fields);
    }

    private static Reply values(Call call) {
        List<Reply> values = new ArrayList<>();
        call.hash(call.take()).forEach((field, value) -> values.add(Reply.bulk(value)));
        return Reply.array(values);
    }

    private static Reply valueLength(Call call) {
        @Nullable Bytes value = call.hash(call.take()).get(call.take());
        return Reply.of(value == null ? 0 : value.length());
    }

    private static Reply remove(Call call) {
        HashHandle hash = call.hash(call.take());
        long removed = 0;
        while (call.hasMore()) {
            if (hash.remove(call.take())) {
                removed++;
            }
        }
        return Reply.of(removed);
    }

    private static Reply add(Call call) {
        Bytes key = call.take();
        Bytes field = call.take();
        long amount = call.takeLong();

        return Reply.of(call.hash(key).increment(field, amount));
    }

    private static Reply addDecimal(Call call) {
        Bytes key = call.take();
        Bytes field = call.take();
        Bytes increment = call.take();
        @Nullable ExtendedFloat amount = ExtendedFloat.parse(increment);
        if (amount == null) {
            throw Errors.notFloat();
        }
        if (!amount.isFinite()) {
            throw new CommandException("ERR value is NaN or Infinity");
        }

        HashHandle hash = call.hash(key);
        @Nullable Bytes old = hash.get(field);
        @Nullable ExtendedFloat value = old == null ? ExtendedFloat.ZERO : ExtendedFloat.parse(old);
        if (value == null) {
            throw new CommandException("ERR hash value is not a float");
        }
        ExtendedFloat sum = value.plus(amount);
        if (!sum.isFinite()) {
            throw Errors.notFinite();
        }
        Bytes result = sum.format();
        hash.incrementByDecimal(field, increment, result);
        return Reply.bulk(result);
    }

    private static Reply random(Call call) {
        Bytes key = call.take();
        if (!call.hasMore()) {
            return randomOne(call, key);
        }
        long count = call.takeLong(-Long.MAX_VALUE, Long.MAX_VALUE);
        boolean withValues = call.hasMore();
        if (withValues && !(call.accept("WITHVALUES") && !call.hasMore())) {
            throw CommandException.syntax();
        }
        boolean tooMany = withValues && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2);
        if (tooMany) {
            throw Errors.outOfRange("value");
        }

        HashHandle hash = call.hash(key);
        List<Reply> fields = new ArrayList<>();
        boolean nested = withValues && call.protocol() > 2;
        drawn(call, hash, count, (field, value) -> {
            if (nested) {
                fields.add(Reply.array(List.of(Reply.bulk(field), Reply.bulk(value))));
            } else {
                fields.add(Reply.bulk(field));
                if (withValues) {
                    fields.add(Reply.bulk(value));
                }
            }
        });
        return Reply.array(fields);
    }

    private static Reply randomOne(Call call, Bytes key) {
        Reply[] drawn = {Reply.NULL};
        drawn(call, call.hash(key), -1, (field, value) -> drawn[0] = Reply.bulk(field));
        return drawn[0];
    }

    /** Tells {@code count} distinct fields, all when there are no more; below 0 so many independent draws. */
    private static void drawn(Call call, HashHandle hash, long count, FieldVisitor visitor) {
        int size = hash.size();
        if (count >= size) {
            hash.forEach(visitor);
        } else if (size == hash.ranks()) {
            Draws.ranks(call, size, count, rank -> hash.at(rank, visitor));
        } else {
            drawnAroundDue(call, hash, count, visitor);
        }
    }

    /** Between the fields stand some that are due and not yet removed: a rank that hits one is drawn again. */
    private static void drawnAroundDue(Call call, HashHandle hash, long count, FieldVisitor visitor) {
        List<Field> drawn = new ArrayList<>();
        FieldVisitor keep = (field, value) -> drawn.add(new Field(field, value));
        if (!Draws.someRanks(call, hash.ranks(), count, rank -> hash.at(rank, keep))) {
            drawn.clear();
            List<Field> all = new ArrayList<>();
            hash.forEach((field, value) -> all.add(new Field(field, value)));
            Draws.ranks(call, all.size(), count, rank -> drawn.add(all.get(rank)));
        }
        drawn.forEach(field -> visitor.visit(field.name(), field.value()));
    }

    private record Field(Bytes name, Bytes value) {}

    private static Reply scan(Call call) {
        Bytes key = call.take();
        long cursor = ScanOptions.takeCursor(call);
        // Redis looks at the key before it reads the options: without one, no option is wrong.
        HashHandle hash = call.hash(key);
        if (hash.size() == 0) {
            return ScanOptions.page(0, List.of());
        }
        ScanOptions options = ScanOptions.parse(call, /* withType= */ false);
        if (cursor == ScanOptions.CURSORS_END) {
            return ScanOptions.page(0, List.of());
        }

        List<Reply> pairs = new ArrayList<>();
        long next = hash.scan(cursor, options.count(), (field, value) -> {
            if (options.wants(field)) {
                pairs.add(Reply.bulk(field));
                pairs.add(Reply.bulk(value));
            }
        });
        return ScanOptions.page(next, pairs);
    }
}
