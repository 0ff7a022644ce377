package io.ratiskv.rest;

import io.ratiskv.api.Reply;
import io.ratiskv.session.Errand;
import java.util.function.Consumer;

/** The port to whoever runs commands. Any thread. */
public interface Commands {
    /**
     * Runs it in the batches that connections share.
     *
     * @param then gets the reply once, on the event loop, where it must not block
     */
    void visit(Errand errand, Consumer<Reply> then);
}
