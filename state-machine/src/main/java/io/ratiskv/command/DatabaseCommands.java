package io.ratiskv.command;

import static io.ratiskv.command.Category.DANGEROUS;
import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.KEYSPACE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.Databases;

/** Whole databases, and what a key weighs in one. Confined to whoever holds the state's lock. */
final class DatabaseCommands {
    private DatabaseCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SERVER);

        table.read("DBSIZE", call -> Reply.of(call.keyspace().size()))
                .in(KEYSPACE, FAST)
                .since("1.0.0")
                .tips("request_policy:all_shards", "response_policy:agg_sum")
                .summary("Returns how many keys the database has.");

        table.write("FLUSHDB [ASYNC | SYNC]", DatabaseCommands::flush)
                .in(KEYSPACE, DANGEROUS)
                .since("1.0.0")
                .complexity("O(N), N keys of the database.")
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .summary("Removes all keys of the database.");

        table.write("FLUSHALL [ASYNC | SYNC]", DatabaseCommands::flushAll)
                .in(KEYSPACE, DANGEROUS)
                .since("1.0.0")
                .complexity("O(N), N keys of all databases.")
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .summary("Removes all keys of all databases.");

        table.write("SWAPDB index1:integer index2:integer", DatabaseCommands::swap)
                .in(KEYSPACE, FAST, DANGEROUS)
                .since("4.0.0")
                .complexity("O(N), N connections that watch or wait for keys of either.")
                .summary("Exchanges two databases for all connections at once.");

        table.container("MEMORY").since("4.0.0").summary("Looks at what memory is used for.");

        table.read("MEMORY USAGE key [SAMPLES count]", DatabaseCommands::memoryUsage)
                .since("4.0.0")
                .keys("RO")
                .summary("Returns the bytes a key counts in the memory account.");

        String[] tips = {"nondeterministic_output", "request_policy:all_shards", "response_policy:special"};
        table.local("MEMORY DOCTOR").since("4.0.0").tips(tips).summary("Returns an account of the node's memory.");
        table.local("MEMORY MALLOC-STATS").since("4.0.0").tips(tips).summary("Returns what the allocator knows.");
        table.local("MEMORY STATS").since("4.0.0").tips(tips).summary("Returns what memory is used for.");
        table.local("MEMORY PURGE")
                .since("4.0.0")
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .summary("Asks the allocator to give memory back.");
        table.help("MEMORY").since("4.0.0");
    }

    private static Reply flush(Call call) {
        takeMode(call);

        call.keyspace().flush();
        return Reply.OK;
    }

    private static Reply flushAll(Call call) {
        takeMode(call);

        call.databases().flushAll();
        return Reply.OK;
    }

    /** Removing all keys takes no time here, so both modes are one. */
    private static void takeMode(Call call) {
        boolean known = !call.hasMore() || call.accept("ASYNC") || call.accept("SYNC");
        if (!known || call.hasMore()) {
            throw CommandException.syntax();
        }
    }

    private static Reply swap(Call call) {
        long first = takeIndex(call, "ERR invalid first DB index");
        long second = takeIndex(call, "ERR invalid second DB index");
        if (Math.min(first, second) < 0 || Math.max(first, second) >= Databases.COUNT) {
            throw Errors.noSuchDatabase();
        }

        call.databases().swap((int) first, (int) second);
        return Reply.OK;
    }

    private static long takeIndex(Call call, String error) {
        CommandException invalid = new CommandException(error);
        long index = call.takeLong(invalid);
        if (index != (int) index) {
            throw invalid;
        }
        return index;
    }

    private static Reply memoryUsage(Call call) {
        Bytes key = call.take();
        while (call.hasMore()) {
            // Every member is counted as it is added, so there is nothing to sample; the word is checked all the same.
            if (!call.acceptWithValue("SAMPLES") || call.takeLong() < 0) {
                throw CommandException.syntax();
            }
        }

        long bytes = call.keyspace().memoryUsage(key);
        return bytes < 0 ? Reply.NULL : Reply.of(bytes);
    }
}
