package io.ratiskv.command;

import static io.ratiskv.command.Category.CONNECTION;
import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.TRANSACTION;
import static io.ratiskv.command.Flag.ADMIN;
import static io.ratiskv.command.Flag.ALLOW_BUSY;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.NO_AUTH;
import static io.ratiskv.command.Flag.NO_MULTI;
import static io.ratiskv.command.Flag.SKIP_SLOWLOG;
import static io.ratiskv.command.Flag.STALE;

import io.ratiskv.api.Reply;

/** What concerns one connection: declared here, done by its session. Confined to the thread that builds the table. */
final class ConnectionCommands {
    private ConnectionCommands() {}

    static void declare(Declarations table) {
        declareBasics(table);
        declareClient(table);
        declareTransactions(table);
    }

    private static void declareBasics(Declarations table) {
        table.group(Group.CONNECTION);

        table.local("AUTH [username] password")
                .in(CONNECTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, NO_AUTH, ALLOW_BUSY)
                .since("1.0.0")
                .complexity("O(N), N passwords of the user.")
                .summary("Authenticates the connection.");

        table.local("HELLO [protover:integer [AUTH username password] [SETNAME clientname]]")
                .in(CONNECTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, NO_AUTH, ALLOW_BUSY)
                .since("6.0.0")
                .summary("Chooses the RESP version and tells what the server is.");

        table.local("PING [message]")
                .in(CONNECTION, FAST)
                .since("1.0.0")
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .summary("Answers PONG, or the message.");

        table.local("ECHO message")
                .in(CONNECTION, FAST)
                .with(LOADING, STALE)
                .since("1.0.0")
                .summary("Returns the message.");

        table.local("SELECT index")
                .in(CONNECTION, FAST)
                .with(LOADING, STALE)
                .since("1.0.0")
                .summary("Chooses the database of the connection.");

        table.local("QUIT")
                .arity(-1)
                .in(CONNECTION, FAST)
                .with(ALLOW_BUSY, NOSCRIPT, LOADING, STALE, NO_AUTH)
                .since("1.0.0")
                .deprecated("7.2.0", "just closing the connection")
                .summary("Closes the connection.");

        table.local("RESET")
                .in(CONNECTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, NO_AUTH, ALLOW_BUSY)
                .since("6.2.0")
                .summary("Puts the connection back to how it began.");
    }

    private static void declareClient(Declarations table) {
        table.group(Group.CONNECTION);
        table.container("CLIENT").since("2.4.0").summary("Looks at connections and steers them.");

        client(table, "CLIENT CACHING <YES | NO>")
                .since("6.0.0")
                .summary("Chooses whether keys of the next request are tracked.");
        client(table, "CLIENT GETNAME").since("2.6.9").summary("Returns the connection's name.");
        client(table, "CLIENT GETREDIR")
                .since("6.0.0")
                .summary("Returns the connection that is told of changed keys in place of this one.");
        client(table, "CLIENT ID").since("5.0.0").summary("Returns the connection's number.");
        client(table, "CLIENT INFO")
                .since("6.2.0")
                .tips("nondeterministic_output")
                .summary("Returns what there is to know of the connection.");
        client(
                        table,
                        "CLIENT KILL <old-address | <[ID client-id:integer] [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>]"
                                + " [USER username] [ADDR address] [LADDR local-address] [SKIPME <YES | NO>]>>")
                .arity(-3)
                .with(ADMIN)
                .since("2.4.0")
                .complexity("O(N), N connections.")
                .summary("Closes connections.");
        client(
                        table,
                        "CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer [client-id:integer ...]]")
                .with(ADMIN)
                .since("2.4.0")
                .complexity("O(N), N connections.")
                .tips("nondeterministic_output")
                .summary("Returns what there is to know of all connections of this node.");
        client(table, "CLIENT NO-EVICT <ON | OFF>")
                .with(ADMIN)
                .since("7.0.0")
                .summary("Protects the connection from being closed for its buffers.");
        client(table, "CLIENT NO-TOUCH <ON | OFF>")
                .since("7.2.0")
                .summary("Chooses whether the connection's requests count as accesses to keys.");
        client(table, "CLIENT PAUSE timeout [WRITE | ALL]")
                .with(ADMIN)
                .since("3.0.0")
                .summary("Holds back the requests of all connections of this node for so many milliseconds.");
        client(table, "CLIENT READS [LINEARIZABLE | STALE | SESSION index:integer | BOUNDED milliseconds:integer]")
                .since("ratis-kv 0.1.0")
                .summary(
                        "Chooses what reads may see, or returns that and the index of the log that this node has applied.");
        client(table, "CLIENT REPLY <ON | OFF | SKIP>")
                .since("3.2.0")
                .summary("Chooses whether the connection's requests are answered.");
        table.write("CLIENT SESSION name", ConnectionCommands::elsewhere)
                .in(CONNECTION, FAST)
                .with(NOSCRIPT, NO_MULTI)
                .since("ratis-kv 0.1.0")
                .summary(
                        "Opens or continues the session in which ONCE numbers requests; returns the highest number answered.");
        client(table, "CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>")
                .since("7.2.0")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Tells the client library's name or version.");
        client(table, "CLIENT SETNAME connection-name")
                .since("2.6.9")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Names the connection.");
        client(
                        table,
                        "CLIENT TRACKING <ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]]"
                                + " [BCAST] [OPTIN] [OPTOUT] [NOLOOP]")
                .since("6.0.0")
                .summary("Chooses whether the connection is told of changes to keys it read.");
        client(table, "CLIENT TRACKINGINFO").since("6.2.0").summary("Returns what the connection tracks, and how.");
        client(table, "CLIENT UNBLOCK client-id:integer [TIMEOUT | ERROR]")
                .with(ADMIN)
                .since("5.0.0")
                .complexity("O(log N), N connections.")
                .summary("Ends the waiting of a blocked connection.");
        client(table, "CLIENT UNPAUSE")
                .with(ADMIN)
                .since("6.2.0")
                .complexity("O(N), N connections.")
                .summary("Ends a pause.");
        table.help("CLIENT").in(CONNECTION).since("5.0.0");
    }

    /** The state machine does it, which has the sessions. */
    private static Reply elsewhere(Call call) {
        throw Errors.notInTheLog(call.command());
    }

    private static Declaration client(Declarations table, String usage) {
        return table.local(usage).in(CONNECTION).with(NOSCRIPT, LOADING, STALE);
    }

    private static void declareTransactions(Declarations table) {
        table.group(Group.TRANSACTIONS);

        table.write("ONCE number:integer command [arg [arg ...]]", ConnectionCommands::elsewhere)
                .in(TRANSACTION)
                .with(NOSCRIPT)
                .since("ratis-kv 0.1.0")
                .complexity("Depends on the command.")
                .summary("Runs a command of the session once, however often it is sent under this number.");

        table.local("MULTI")
                .in(TRANSACTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
                .since("1.2.0")
                .summary("Begins a transaction: what follows is queued.");

        table.local("EXEC")
                .in(TRANSACTION)
                .with(NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)
                .since("1.2.0")
                .complexity("Depends on the queued commands.")
                .summary("Runs all that is queued as one, unless a watched key changed.");

        table.local("DISCARD")
                .in(TRANSACTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
                .since("2.0.0")
                .complexity("O(N), N queued commands.")
                .summary("Drops what is queued and ends the transaction.");

        table.local("WATCH key [key ...]")
                .in(TRANSACTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
                .since("2.2.0")
                .complexity("O(N), N keys.")
                .summary("Lets the next transaction run only if these keys do not change before it.");

        table.local("UNWATCH")
                .in(TRANSACTION, FAST)
                .with(NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
                .since("2.2.0")
                .summary("Forgets all watched keys.");
    }
}
