package io.ratiskv.command;

import io.ratiskv.api.Reply;

/**
 * What a command does: take the arguments, look, decide, change, answer.
 *
 * <p>All arguments are parsed before the first change, so that an error means that nothing happened.
 */
@FunctionalInterface
interface CommandBody {
    /** Throws {@link io.ratiskv.api.CommandException} for the client's error, which becomes the reply. */
    Reply run(Call call);
}
