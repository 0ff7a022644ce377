package io.ratiskv.cli.load;

import java.io.IOException;

/** A connection to one node. Confined to the thread of its client. */
interface Link extends AutoCloseable {
    /** Puts a request behind those sent before. */
    void send(Operation operation) throws IOException;

    void flush() throws IOException;

    /**
     * Waits for the next reply, in the order of the requests.
     *
     * @throws IOException when none comes: what became of the request is not known
     */
    Reply receive() throws IOException;

    /** False when the node said that it takes no more requests here. */
    boolean usable();

    @Override
    void close();

    /** @param error in the server's words; empty when it is OK */
    record Reply(Outcome outcome, String error) {
        static final Reply OK = new Reply(Outcome.OK, "");
    }
}
