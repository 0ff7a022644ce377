package io.ratiskv.command;

import static io.ratiskv.command.Category.CONNECTION;
import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Flag.ADMIN;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.NO_ASYNC_LOADING;
import static io.ratiskv.command.Flag.STALE;

/** Slots and who serves them: declared here, done by the session. Confined to the thread that builds the table. */
final class ClusterCommands {
    private ClusterCommands() {}

    static void declare(Declarations table) {
        table.group(Group.CLUSTER);

        table.local("ASKING")
                .in(CONNECTION, FAST)
                .since("3.0.0")
                .summary("Lets the next request use a slot that is being taken over.");

        table.local("READONLY")
                .in(CONNECTION, FAST)
                .with(LOADING, STALE)
                .since("3.0.0")
                .summary("Lets reads of the connection be answered by this node alone, possibly stale.");

        table.local("READWRITE")
                .in(CONNECTION, FAST)
                .with(LOADING, STALE)
                .since("3.0.0")
                .summary("Makes reads of the connection linearizable again.");

        table.container("CLUSTER").since("3.0.0").summary("Looks at slots and nodes and steers them.");
        declareQuestions(table);
        declareChanges(table);
        table.help("CLUSTER").since("5.0.0");
    }

    private static void declareQuestions(Declarations table) {
        question(table, "CLUSTER COUNTKEYSINSLOT slot:integer").summary("Returns how many keys a slot has.");
        question(table, "CLUSTER GETKEYSINSLOT slot:integer count")
                .complexity("O(N), N keys asked for.")
                .tips("nondeterministic_output")
                .summary("Returns keys of a slot.");
        question(table, "CLUSTER INFO").tips("nondeterministic_output").summary("Returns the state of the cluster.");
        question(table, "CLUSTER KEYSLOT key:string")
                .complexity("O(N), N bytes of the key.")
                .summary("Returns the slot a key belongs to.");
        question(table, "CLUSTER LINKS")
                .since("7.0.0")
                .complexity("O(N), N nodes.")
                .tips("nondeterministic_output")
                .summary("Returns the connections between nodes.");
        question(table, "CLUSTER MYID").summary("Returns the id of this node.");
        question(table, "CLUSTER MYSHARDID")
                .since("7.2.0")
                .tips("nondeterministic_output")
                .summary("Returns the id of this node's shard.");
        question(table, "CLUSTER NODES")
                .complexity("O(N), N nodes.")
                .tips("nondeterministic_output")
                .summary("Returns all nodes, a line each.");
        question(table, "CLUSTER COUNT-FAILURE-REPORTS node-id")
                .with(ADMIN)
                .complexity("O(N), N reports.")
                .tips("nondeterministic_output")
                .summary("Returns how many nodes hold a node for failed.");
        question(table, "CLUSTER REPLICAS node-id")
                .with(ADMIN)
                .since("5.0.0")
                .complexity("O(N), N replicas.")
                .tips("nondeterministic_output")
                .summary("Returns the replicas of a node.");
        question(table, "CLUSTER SLAVES node-id")
                .with(ADMIN)
                .complexity("O(N), N replicas.")
                .tips("nondeterministic_output")
                .deprecated("5.0.0", "`CLUSTER REPLICAS`")
                .summary("Returns the replicas of a node.");
        question(table, "CLUSTER SHARDS")
                .with(LOADING)
                .since("7.0.0")
                .complexity("O(N), N nodes.")
                .tips("nondeterministic_output")
                .summary("Returns the shards: their slots and nodes.");
        question(table, "CLUSTER SLOTS")
                .with(LOADING)
                .complexity("O(N), N nodes.")
                .tips("nondeterministic_output")
                .deprecated("7.0.0", "`CLUSTER SHARDS`")
                .summary("Returns ranges of slots and who serves them.");
    }

    private static Declaration question(Declarations table, String usage) {
        return table.local(usage).with(STALE).since("3.0.0");
    }

    private static void declareChanges(Declarations table) {
        change(table, "CLUSTER ADDSLOTS slot:integer [slot:integer ...]")
                .complexity("O(N), N slots.")
                .summary("Gives slots to this node.");
        change(
                        table,
                        "CLUSTER ADDSLOTSRANGE start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]")
                .since("7.0.0")
                .complexity("O(N), N slots.")
                .summary("Gives ranges of slots to this node.");
        change(table, "CLUSTER DELSLOTS slot:integer [slot:integer ...]")
                .complexity("O(N), N slots.")
                .summary("Takes slots from their nodes.");
        change(
                        table,
                        "CLUSTER DELSLOTSRANGE start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]")
                .since("7.0.0")
                .complexity("O(N), N slots.")
                .summary("Takes ranges of slots from their nodes.");
        change(table, "CLUSTER FLUSHSLOTS").summary("Takes all slots from this node.");
        change(table, "CLUSTER SETSLOT slot:integer <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>")
                .summary("Moves a slot between nodes, step by step.");
        change(table, "CLUSTER MEET ip port:integer [cluster-bus-port:integer]").summary("Adds a node.");
        change(table, "CLUSTER FORGET node-id").summary("Removes a node.");
        change(table, "CLUSTER REPLICATE node-id").summary("Makes this node a replica.");
        change(table, "CLUSTER FAILOVER [FORCE | TAKEOVER]").arity(-2).summary("Hands the leadership to this node.");
        change(table, "CLUSTER BUMPEPOCH").tips("nondeterministic_output").summary("Raises the configuration's epoch.");
        change(table, "CLUSTER SET-CONFIG-EPOCH config-epoch:integer").summary("Sets the configuration's epoch.");
        change(table, "CLUSTER SAVECONFIG").summary("Makes the cluster's configuration durable.");
        table.local("CLUSTER RESET [HARD | SOFT]")
                .with(ADMIN, STALE, NOSCRIPT)
                .since("3.0.0")
                .complexity("O(N), N nodes.")
                .summary("Makes this node forget the cluster.");
    }

    private static Declaration change(Declarations table, String usage) {
        return table.local(usage).with(NO_ASYNC_LOADING, ADMIN, STALE).since("3.0.0");
    }
}
