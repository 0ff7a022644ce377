package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;

/** What scripts reach outside themselves. Confined to whoever holds the state's lock. */
public interface ScriptHost {
    /** Runs a command; what it is refused for is its reply. */
    Reply call(ScriptRun run, Bytes[] words);

    /** Whether the words invoke a command. */
    boolean knows(Bytes[] words);

    /** Whether the user may have these words run. */
    boolean allows(Bytes[] words);

    /** @throws CommandException if there is no room for what takes more */
    void requireRoom();

    /** 64 evenly distributed bits, the same on every replica. */
    long luck();
}
