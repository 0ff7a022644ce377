package io.ratiskv.command;

import static io.ratiskv.command.Category.DANGEROUS;
import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.KEYSPACE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.EvictionPolicy;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys, of whatever type. Confined to whoever holds the state's lock. */
final class KeyCommands {
    private static final String AFTER_A_SWITCH =
            " Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

    private KeyCommands() {}

    static void declare(Declarations table) {
        table.group(Group.GENERIC);

        table.write("DEL key [key ...]", KeyCommands::delete)
                .in(KEYSPACE)
                .since("1.0.0")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .keys("RM delete")
                .summary("Deletes keys; returns how many there were.");

        table.write("UNLINK key [key ...]", KeyCommands::delete)
                .in(KEYSPACE, FAST)
                .since("4.0.0")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .keys("RM delete")
                .summary("Deletes keys; returns how many there were.");

        table.read("EXISTS key [key ...]", KeyCommands::countExisting)
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .keys("RO")
                .summary("Returns how many of the keys exist; one named twice counts twice.");

        table.read("TOUCH key [key ...]", KeyCommands::touch)
                .in(KEYSPACE, FAST)
                .since("3.2.1")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .keys("RO")
                .summary("Returns how many of the keys exist, and counts as an access to them.");

        table.read("TYPE key", KeyCommands::type)
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .keys("RO")
                .summary("Returns the type of what a key holds, or none.");

        table.write("RENAME key newkey", KeyCommands::rename)
                .in(KEYSPACE)
                .since("1.0.0")
                .keys("RW access delete", "OW update")
                .summary("Gives a key another name, over whatever had it.");

        table.write("RENAMENX key newkey", KeyCommands::renameIfAbsent)
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .keys("RW access delete", "OW insert")
                .summary("Gives a key another name, if no key has it.");

        table.write("COPY source:key destination:key [DB destination-db:integer] [REPLACE]", KeyCommands::copy)
                .in(KEYSPACE)
                .denyOom()
                .since("6.2.0")
                .complexity("O(N), N members of the value.")
                .keys("RO access", "OW update")
                .summary("Copies what a key holds, with its deadline, to another key.");

        table.write("MOVE key db", KeyCommands::move)
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .keys("RW access update")
                .summary("Moves a key to another database, unless that has one of the name.");

        table.read("KEYS pattern", KeyCommands::matching)
                .in(KEYSPACE, DANGEROUS)
                .scans()
                .since("1.0.0")
                .complexity("O(N), N keys of the database.")
                .tips("request_policy:all_shards", "nondeterministic_output_order")
                .summary("Returns all keys whose name matches a pattern.");

        table.read("SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]", KeyCommands::scan)
                .in(KEYSPACE)
                .since("2.8.0")
                .complexity("O(1) for each call, O(N) until the cursor is 0 again, N keys of the database.")
                .tips("nondeterministic_output", "request_policy:special", "response_policy:special")
                .summary("Returns the next few keys and the cursor to go on from.");

        table.read("RANDOMKEY", KeyCommands::random)
                .in(KEYSPACE)
                .since("1.0.0")
                .tips("request_policy:all_shards", "response_policy:special", "nondeterministic_output")
                .summary("Returns a key, each as likely as the others.");

        table.container("OBJECT").since("2.2.3").summary("Looks at how a value is kept.");

        table.read(
                        "OBJECT ENCODING key",
                        call -> Reply.bulkOrNull(text(call.keyspace().encoding(call.take()))))
                .in(KEYSPACE)
                .since("2.2.3")
                .tips("nondeterministic_output")
                .keys("RO")
                .summary("Returns the shape a value is kept in, in Redis' words.");

        table.read("OBJECT REFCOUNT key", KeyCommands::one)
                .in(KEYSPACE)
                .since("2.2.3")
                .tips("nondeterministic_output")
                .keys("RO")
                .summary("Returns 1 for any key there is: values are not shared.");

        table.read("OBJECT IDLETIME key", KeyCommands::idleTime)
                .in(KEYSPACE)
                .since("2.2.3")
                .tips("nondeterministic_output")
                .keys("RO")
                .summary(
                        "Returns for how many seconds nobody asked this node for a key; 0 unless an LRU policy evicts keys.");

        table.read("OBJECT FREQ key", KeyCommands::accessFrequency)
                .in(KEYSPACE)
                .since("4.0.0")
                .tips("nondeterministic_output")
                .keys("RO")
                .summary(
                        "Returns how often this node is asked for a key, on a logarithmic scale; for an LFU policy alone.");

        table.help("OBJECT").in(KEYSPACE).since("6.2.0");
    }

    private static Reply delete(Call call) {
        long deleted = 0;
        while (call.hasMore()) {
            if (call.keyspace().remove(call.take())) {
                deleted++;
            }
        }
        return Reply.of(deleted);
    }

    private static Reply countExisting(Call call) {
        long existing = 0;
        while (call.hasMore()) {
            if (call.keyspace().exists(call.take())) {
                existing++;
            }
        }
        return Reply.of(existing);
    }

    private static Reply touch(Call call) {
        long touched = 0;
        while (call.hasMore()) {
            if (call.keyspace().touch(call.take())) {
                touched++;
            }
        }
        return Reply.of(touched);
    }

    private static Reply type(Call call) {
        @Nullable ValueType type = call.keyspace().type(call.take());
        return new Reply.Simple(type == null ? "none" : type.word());
    }

    private static Reply rename(Call call) {
        Bytes key = call.take();
        Bytes target = call.take();

        if (!call.keyspace().rename(key, target)) {
            throw Errors.noSuchKey();
        }
        return Reply.OK;
    }

    private static Reply renameIfAbsent(Call call) {
        Bytes key = call.take();
        Bytes target = call.take();

        if (!call.keyspace().exists(key)) {
            throw Errors.noSuchKey();
        }
        if (call.keyspace().exists(target)) {
            return Reply.of(0);
        }
        call.keyspace().rename(key, target);
        return Reply.of(1);
    }

    private static Reply copy(Call call) {
        Bytes source = call.take();
        Bytes target = call.take();
        int targetDatabase = call.database();
        boolean replaces = false;
        while (call.hasMore()) {
            if (call.accept("REPLACE")) {
                replaces = true;
            } else if (call.acceptWithValue("DB")) {
                targetDatabase = call.takeDatabase();
            } else {
                throw CommandException.syntax();
            }
        }
        if (targetDatabase == call.database() && source.equals(target)) {
            throw Errors.sameObject();
        }

        Keyspace targetKeyspace = call.databases().keyspace(targetDatabase);
        if (!replaces && targetKeyspace.exists(target)) {
            return Reply.of(0);
        }
        return Reply.of(call.keyspace().copy(source, targetKeyspace, target));
    }

    private static Reply move(Call call) {
        Bytes key = call.take();
        int targetDatabase = call.takeDatabase();
        if (targetDatabase == call.database()) {
            throw Errors.sameObject();
        }

        return Reply.of(call.keyspace().move(key, call.databases().keyspace(targetDatabase)));
    }

    private static Reply matching(Call call) {
        GlobPattern pattern = GlobPattern.compile(call.take());

        List<Reply> keys = new ArrayList<>();
        boolean all = pattern.matchesAll();
        call.keyspace().forEachKey((key, type) -> {
            if (all || pattern.matches(key)) {
                keys.add(Reply.bulk(key));
            }
        });
        return Reply.array(keys);
    }

    private static Reply scan(Call call) {
        long cursor = ScanOptions.takeCursor(call);
        ScanOptions options = ScanOptions.parse(call, /* withType= */ true);
        if (cursor == ScanOptions.CURSORS_END) {
            return ScanOptions.page(0, List.of());
        }

        List<Reply> keys = new ArrayList<>();
        long next = call.keyspace().scan(cursor, options.count(), (key, type) -> {
            if (options.wants(key, type)) {
                keys.add(Reply.bulk(key));
            }
        });
        return ScanOptions.page(next, keys);
    }

    private static Reply random(Call call) {
        return Reply.bulkOrNull(call.keyspace().randomKey(call.databases().luck()));
    }

    private static Reply one(Call call) {
        return call.keyspace().exists(call.take()) ? Reply.of(1) : Reply.NULL;
    }

    private static Reply idleTime(Call call) {
        long seconds = call.keyspace().idleSeconds(call.take());
        if (seconds < 0) {
            return Reply.NULL;
        }
        if (countsAccesses(call)) {
            throw new CommandException(
                    "ERR An LFU maxmemory policy is selected, idle time not tracked." + AFTER_A_SWITCH);
        }
        return Reply.of(seconds);
    }

    private static Reply accessFrequency(Call call) {
        int frequency = call.keyspace().frequency(call.take());
        if (frequency < 0) {
            return Reply.NULL;
        }
        if (!countsAccesses(call)) {
            throw new CommandException(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked." + AFTER_A_SWITCH);
        }
        return Reply.of(frequency);
    }

    private static boolean countsAccesses(Call call) {
        return call.databases().eviction().limit().policy().order() == EvictionPolicy.Order.FREQUENCY;
    }

    private static @Nullable Bytes text(@Nullable String word) {
        return word == null ? null : Bytes.of(word);
    }
}
