package io.ratiskv.session;

import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;

/** What Redis' tools ask about scripts that run: here none does that could be reached. Event loop only. */
final class ScriptCommands {
    private static final Reply NOT_BUSY = Reply.error("NOTBUSY No scripts in execution right now.");

    private ScriptCommands() {}

    static void declare(LocalCommands table) {
        table.now("script|kill", (session, words) -> NOT_BUSY);
        table.now("function|kill", (session, words) -> NOT_BUSY);
        table.now("script|debug", (session, words) -> {
            if (words[2].equalsIgnoreCase("NO")) {
                return Reply.OK;
            }
            if (words[2].equalsIgnoreCase("YES") || words[2].equalsIgnoreCase("SYNC")) {
                throw new CommandException("ERR there is no debugger for scripts");
            }
            throw new CommandException("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        });
    }
}
