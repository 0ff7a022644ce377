package io.ratiskv.command;

import static io.ratiskv.command.Flag.ADMIN;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.STALE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;

/** Users and what they may do. Confined to whoever holds the state's lock; what has no body here is the session's. */
final class AclCommands {
    private AclCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SERVER);
        table.container("ACL").since("6.0.0").summary("Looks at users and what they may do.");
        declareUsers(table);
        declareRules(table);

        table.local("ACL LOG [count | RESET]")
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N entries returned.")
                .summary("Returns what was denied on this node, or forgets it.");
        table.local("ACL LOAD")
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .summary("Refused: the log has the users.");
        table.local("ACL SAVE")
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Refused: the log has the users.");
        table.help("ACL").since("6.0.0");
    }

    private static void declareUsers(Declarations table) {
        table.write("ACL SETUSER username [rule [rule ...]]", AclCommands::set)
                .without(Flag.WRITE)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N rules.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Makes or changes a user, on every node.");
        table.write("ACL DELUSER username [username ...]", AclCommands::remove)
                .without(Flag.WRITE)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N users.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Removes users and ends their connections, on every node.");
        table.read("ACL GETUSER username", AclCommands::details)
                .without(Flag.READONLY)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N rules.")
                .summary("Returns the rules of a user.");
        table.read("ACL LIST", AclCommands::list)
                .without(Flag.READONLY)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N users.")
                .summary("Returns all users with their rules.");
        table.read("ACL USERS", AclCommands::names)
                .without(Flag.READONLY)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .complexity("O(N), N users.")
                .summary("Returns the names of all users.");
        table.local("ACL WHOAMI")
                .with(NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .summary("Returns the user of the connection.");
    }

    private static void declareRules(Declarations table) {
        table.local("ACL CAT [category]")
                .with(NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .summary("Returns the categories, or the commands of one.");
        table.read("ACL DRYRUN username command [arg [arg ...]]", AclCommands::tryOut)
                .without(Flag.READONLY)
                .with(ADMIN, NOSCRIPT, LOADING, STALE)
                .since("7.0.0")
                .summary("Tells whether a user may have a request run, which is not run.");
        table.local("ACL GENPASS [bits:integer]")
                .with(NOSCRIPT, LOADING, STALE)
                .since("6.0.0")
                .summary("Returns random digits for a password.");
    }

    private static Reply set(Call call) {
        Bytes name = call.take();
        call.access().set(name, call.takeRest());
        return Reply.OK;
    }

    private static Reply remove(Call call) {
        return Reply.of(call.access().remove(call.takeRest()));
    }

    private static Reply details(Call call) {
        Reply details = call.access().details(call.take());
        return details == null ? Reply.NULL : details;
    }

    private static Reply list(Call call) {
        return Reply.array(call.access().lines().stream().map(Reply::bulk).toList());
    }

    private static Reply names(Call call) {
        return Reply.array(call.access().names().stream().map(Reply::bulk).toList());
    }

    private static Reply tryOut(Call call) {
        Bytes name = call.take();
        String refusal = call.access().refusal(name, call.takeRest().toArray(Bytes[]::new));
        return refusal == null ? Reply.OK : Reply.bulk(latin1(refusal));
    }

    /** Names in it are bytes of any kind. */
    private static Bytes latin1(String text) {
        return Bytes.wrap(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
}
