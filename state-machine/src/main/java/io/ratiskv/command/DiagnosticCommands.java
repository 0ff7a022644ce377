package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Flag.ADMIN;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.NO_ASYNC_LOADING;
import static io.ratiskv.command.Flag.NO_MULTI;
import static io.ratiskv.command.Flag.STALE;

/**
 * What Redis' tools ask of one node beside the basics: declared here, done by the session. Confined to the thread that
 * builds the table.
 */
final class DiagnosticCommands {
    private DiagnosticCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SERVER);
        declareLatency(table);
        declareReplication(table);

        table.container("MODULE").since("4.0.0").summary("Looks at modules.");
        table.local("MODULE LIST")
                .with(ADMIN, NOSCRIPT)
                .since("4.0.0")
                .complexity("O(N), N modules.")
                .tips("nondeterministic_output_order")
                .summary("Returns the modules there are.");
        module(table, "MODULE LOAD path [arg [arg ...]]").since("4.0.0");
        module(table, "MODULE LOADEX path [CONFIG name value [CONFIG name value ...]] [ARGS args [args ...]]")
                .since("7.0.0");
        module(table, "MODULE UNLOAD name").since("4.0.0");
        table.help("MODULE").since("5.0.0");

        table.local("MONITOR")
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("1.0.0")
                .summary("Shows every request that this node gets, until the connection ends.");

        table.local("DEBUG subcommand [arg [arg ...]]")
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("1.0.0")
                .complexity("Depends on the subcommand.")
                .summary("Does what only tests of a server need.");

        table.local("LOLWUT [VERSION version:integer]")
                .in(Category.READ, FAST)
                .with(Flag.READONLY)
                .since("5.0.0")
                .summary("Returns the version of the server, and art.");
    }

    private static Declaration module(Declarations table, String usage) {
        return table.local(usage)
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
                .complexity("O(1)")
                .summary("Refused: a log that needs a module could not be replayed without it.");
    }

    private static void declareLatency(Declarations table) {
        table.container("LATENCY").since("2.8.13").summary("Looks at what made requests wait.");

        latency(table, "LATENCY DOCTOR")
                .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
                .summary("Returns an account of what was slow.");
        latency(table, "LATENCY GRAPH event")
                .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
                .summary("Returns a drawing of an event's delays.");
        latency(table, "LATENCY HISTOGRAM [command [command ...]]")
                .since("7.0.0")
                .complexity("O(N), N commands.")
                .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
                .summary("Returns how long requests of commands took.");
        latency(table, "LATENCY HISTORY event")
                .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
                .summary("Returns an event's delays.");
        latency(table, "LATENCY LATEST")
                .tips("nondeterministic_output", "request_policy:all_nodes", "response_policy:special")
                .summary("Returns the latest delay of each event.");
        latency(table, "LATENCY RESET [event [event ...]]")
                .tips("request_policy:all_nodes", "response_policy:agg_sum")
                .summary("Forgets delays.");
        table.help("LATENCY").since("2.8.13");
    }

    private static Declaration latency(Declarations table, String usage) {
        return table.local(usage).with(ADMIN, NOSCRIPT, LOADING, STALE).since("2.8.13");
    }

    private static void declareReplication(Declarations table) {
        table.local("FAILOVER [TO host port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds]")
                .with(ADMIN, NOSCRIPT, STALE)
                .since("6.2.0")
                .summary("Hands the leadership to another node.");

        table.local("REPLICAOF host port:integer")
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT, STALE)
                .since("5.0.0")
                .summary("Refused: replication is the log's.");

        table.local("SLAVEOF host port:integer")
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT, STALE)
                .since("1.0.0")
                .deprecated("5.0.0", "`REPLICAOF`")
                .summary("Refused: replication is the log's.");

        table.local("SENTINEL subcommand:string [argument:string ...]")
                .with(ADMIN)
                .since("2.8.4")
                .summary("Refused: a node is no Sentinel, and none is needed: every node takes every command.");

        String refused = "Refused: nodes get the log and snapshots over Raft.";
        table.local("SYNC")
                .with(NO_ASYNC_LOADING, ADMIN, NO_MULTI, NOSCRIPT)
                .since("1.0.0")
                .summary(refused);
        table.local("PSYNC replicationid offset:integer")
                .arity(-3)
                .with(NO_ASYNC_LOADING, ADMIN, NO_MULTI, NOSCRIPT)
                .since("2.8.0")
                .summary(refused);
        table.local("REPLCONF [option [option ...]]")
                .with(ADMIN, NOSCRIPT, LOADING, STALE, Flag.ALLOW_BUSY)
                .since("3.0.0")
                .summary(refused);

        table.local("BGREWRITEAOF")
                .with(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
                .since("1.0.0")
                .summary("Begins a snapshot, behind which the log is purged.");
    }
}
