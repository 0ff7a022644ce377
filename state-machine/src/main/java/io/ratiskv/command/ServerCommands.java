package io.ratiskv.command;

import static io.ratiskv.command.Category.CONNECTION;
import static io.ratiskv.command.Category.DANGEROUS;
import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Flag.ADMIN;
import static io.ratiskv.command.Flag.ALLOW_BUSY;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.NO_ASYNC_LOADING;
import static io.ratiskv.command.Flag.NO_MULTI;
import static io.ratiskv.command.Flag.STALE;

import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * What concerns one node: declared here, done by the session. Confined to the thread that builds the table, what has a
 * body to whoever holds the state's lock.
 */
final class ServerCommands {
    private ServerCommands() {}

    static void declare(Declarations table) {
        declareBasics(table);
        declareSaving(table);
        declareCommand(table);
        declareConfig(table);
        declareSlowlog(table);
        declareRaft(table);
    }

    private static void declareBasics(Declarations table) {
        table.group(Group.SERVER);

        table.local("INFO [section [section ...]]")
                .in(DANGEROUS)
                .with(LOADING, STALE)
                .since("1.0.0")
                .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
                .summary("Returns what there is to know of the node, section by section.");

        table.local("TIME")
                .in(FAST)
                .with(LOADING, STALE)
                .since("2.6.0")
                .tips("nondeterministic_output")
                .summary("Returns the time: seconds since 1970, and microseconds.");

        table.local("ROLE")
                .in(Category.ADMIN, FAST, DANGEROUS)
                .with(NOSCRIPT, LOADING, STALE)
                .since("2.8.12")
                .summary("Returns master on the leader, slave elsewhere, and whom it follows.");

        table.group(Group.GENERIC);

        table.local("WAIT numreplicas:integer timeout")
                .in(CONNECTION)
                .since("3.0.0")
                .tips("request_policy:all_shards", "response_policy:agg_min")
                .summary("Waits until the connection's writes are on so many replicas.");

        table.local("WAITAOF numlocal:integer numreplicas:integer timeout")
                .in(CONNECTION)
                .with(NOSCRIPT)
                .since("7.2.0")
                .tips("request_policy:all_shards", "response_policy:agg_min")
                .summary("Waits until the connection's writes are on the disks of so many replicas.");
    }

    private static void declareSaving(Declarations table) {
        table.group(Group.SERVER);

        table.local("SAVE")
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT, NO_MULTI)
                .since("1.0.0")
                .complexity("O(N), N keys of all databases.")
                .summary("Takes a snapshot and waits for it.");

        table.local("BGSAVE [SCHEDULE]")
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
                .since("1.0.0")
                .summary("Begins a snapshot.");

        table.local("LASTSAVE")
                .in(Category.ADMIN, FAST, DANGEROUS)
                .with(LOADING, STALE)
                .since("1.0.0")
                .tips("nondeterministic_output")
                .summary("Returns when the last snapshot became durable, in seconds since 1970.");

        table.local("SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]")
                .with(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)
                .since("1.0.0")
                .summary("Stops the node.");
    }

    private static void declareCommand(Declarations table) {
        table.container("COMMAND")
                .arity(-1)
                .in(CONNECTION)
                .with(LOADING, STALE)
                .since("2.8.13")
                .complexity("O(N), N commands.")
                .tips("nondeterministic_output_order")
                .summary("Returns what there is to know of all commands.");

        command(table, "COMMAND COUNT").since("2.8.13").summary("Returns how many commands there are.");
        command(table, "COMMAND DOCS [command-name [command-name ...]]")
                .since("7.0.0")
                .complexity("O(N), N commands asked for.")
                .tips("nondeterministic_output_order")
                .summary("Returns the documentation of commands.");
        command(table, "COMMAND GETKEYS command [arg [arg ...]]")
                .since("2.8.13")
                .complexity("O(N), N words.")
                .summary("Returns the keys among the words of a request.");
        command(table, "COMMAND GETKEYSANDFLAGS command [arg [arg ...]]")
                .since("7.0.0")
                .complexity("O(N), N words.")
                .summary("Returns the keys among the words of a request, and what it does to them.");
        command(table, "COMMAND INFO [command-name [command-name ...]]")
                .since("2.8.13")
                .complexity("O(N), N commands asked for.")
                .tips("nondeterministic_output_order")
                .summary("Returns what there is to know of commands.");
        command(table, "COMMAND LIST [FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]")
                .since("7.0.0")
                .complexity("O(N), N commands.")
                .tips("nondeterministic_output_order")
                .summary("Returns the names of commands.");
        table.help("COMMAND").in(CONNECTION).since("5.0.0");
    }

    private static Declaration command(Declarations table, String usage) {
        return table.local(usage).in(CONNECTION).with(LOADING, STALE);
    }

    private static void declareConfig(Declarations table) {
        table.container("CONFIG").since("2.0.0").summary("Looks at settings and changes them.");

        config(table, "CONFIG GET parameter [parameter ...]")
                .complexity("O(N), N settings.")
                .summary("Returns the settings whose names match.");
        config(table, "CONFIG SET parameter value [parameter value ...]")
                .complexity("O(N), N settings.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Changes settings, all or none.");
        config(table, "CONFIG RESETSTAT")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Sets INFO's counters back to 0.");
        config(table, "CONFIG REWRITE")
                .since("2.8.0")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Writes the settings to the node's file.");
        table.help("CONFIG").since("5.0.0");
    }

    private static Declaration config(Declarations table, String usage) {
        return table.local(usage).with(ADMIN, NOSCRIPT, LOADING, STALE).since("2.0.0");
    }

    private static void declareSlowlog(Declarations table) {
        table.container("SLOWLOG").since("2.2.12").summary("Looks at requests that took long.");

        slowlog(table, "SLOWLOG GET [count]")
                .complexity("O(N), N entries returned.")
                .tips("request_policy:all_nodes", "nondeterministic_output")
                .summary("Returns the latest entries.");
        slowlog(table, "SLOWLOG LEN")
                .tips("request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output")
                .summary("Returns how many entries there are.");
        slowlog(table, "SLOWLOG RESET")
                .complexity("O(N), N entries.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Removes all entries.");
        table.help("SLOWLOG").since("6.2.0");
    }

    private static Declaration slowlog(Declarations table, String usage) {
        return table.local(usage).with(ADMIN, LOADING, STALE).since("2.2.12");
    }

    /** What only this store has; a version of its own. */
    private static void declareRaft(Declarations table) {
        table.group(Group.RAFT);

        table.read("RAFT.VERSIONS key [key ...]", ServerCommands::versions)
                .in(FAST)
                .since("ratis-kv 0.1.0")
                .complexity("O(N), N keys.")
                .keys("RO")
                .summary("Returns the version of each key, 0 without the key: every change raises it.");

        table.local("RAFT.STATUS")
                .with(LOADING, STALE)
                .since("ratis-kv 0.1.0")
                .tips("nondeterministic_output")
                .summary("Returns the node's role, term and indices, and its state's digest at an index.");

        table.local("RAFT.MEMBERS")
                .with(LOADING, STALE)
                .since("ratis-kv 0.1.0")
                .tips("nondeterministic_output")
                .summary("Returns the members of the group and where they serve clients.");

        table.local("RAFT.SLOWLOG [count]")
                .with(ADMIN, LOADING, STALE)
                .since("ratis-kv 0.1.0")
                .complexity("O(N), N entries returned.")
                .tips("nondeterministic_output")
                .summary("Returns SLOWLOG's latest entries, with what of their time was queue, commit and apply.");

        table.local("RAFT.TRANSFER [node]")
                .with(ADMIN, NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .summary("Hands the leadership to a node, or to any that is up to date.");

        table.local("RAFT.ADD node raft-address [peer-address]")
                .with(ADMIN, NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .summary("Adds a node that was started to join: it gets everything, and does not vote yet.");

        table.local("RAFT.PROMOTE node")
                .with(ADMIN, NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .summary("Makes a member a voter that was added and has caught up.");

        table.local("RAFT.REMOVE node")
                .with(ADMIN, NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .summary("Removes a node from the group for good.");

        table.local("RAFT.SNAPSHOT")
                .with(ADMIN, NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .summary("Takes a snapshot of this node's state.");
    }

    private static Reply versions(Call call) {
        List<Reply> versions = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            versions.add(Reply.of(call.keyspace().version(call.take())));
        }
        return Reply.array(versions);
    }
}
