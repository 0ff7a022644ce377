package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.function.Consumer;

/**
 * The body of a command that concerns the connection or the node. Event loop only.
 *
 * <p>Bodies may throw {@link CommandException}, which becomes the reply.
 */
sealed interface LocalCommand {
    /** Answered when it is dispatched; the reply keeps its place behind what is not answered yet. */
    non-sealed interface Immediate extends LocalCommand {
        Reply answer(Session session, Bytes[] words);
    }

    /** Runs only when all before it is answered, and nothing passes it: what it does would change the others. */
    non-sealed interface Barrier extends LocalCommand {
        Reply answer(Session session, Bytes[] words);
    }

    /** A barrier whose reply comes later. */
    non-sealed interface Deferred extends LocalCommand {
        /** @param reply called once, on the event loop */
        void answer(Session session, Bytes[] words, Consumer<Reply> reply);
    }
}
