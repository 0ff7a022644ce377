package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Command;

/**
 * Why a request is not allowed. Immutable; any thread.
 *
 * @param word of the request, that is to blame: a key or a channel; 0 for the command itself
 */
public record Denial(Reason reason, int word) {
    /** In the order in which one of several is told. */
    public enum Reason {
        COMMAND,
        KEY,
        CHANNEL
    }

    /** As NOPERM tells it to the one it is denied to: names of keys stay untold. */
    public String message(Bytes user, Command command) {
        return switch (reason) {
            case COMMAND -> commandMessage(user, command);
            case KEY -> "No permissions to access a key";
            case CHANNEL -> "No permissions to access a channel";
        };
    }

    /** As ACL DRYRUN tells it. */
    public String verboseMessage(Bytes user, Command command, Bytes[] words) {
        return switch (reason) {
            case COMMAND -> commandMessage(user, command);
            case KEY ->
                "User " + user.latin1() + " has no permissions to access the '" + words[word].latin1() + "' key";
            case CHANNEL ->
                "User " + user.latin1() + " has no permissions to access the '" + words[word].latin1() + "' channel";
        };
    }

    private static String commandMessage(Bytes user, Command command) {
        return "User " + user.latin1() + " has no permissions to run the '" + command.name() + "' command";
    }

    /** As EXEC tells it of a request that was allowed when it was queued. */
    public String insideTransaction() {
        return "ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no"
                + " longer allowed for the following reason: "
                + switch (reason) {
                    case COMMAND -> "no permission to execute the command or subcommand";
                    case KEY -> "no permission to touch the specified keys";
                    case CHANNEL -> "no permission to access one of the channels used as arguments";
                };
    }
}
