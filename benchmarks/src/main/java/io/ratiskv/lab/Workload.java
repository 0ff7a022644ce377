package io.ratiskv.lab;

import java.io.IOException;

/** What clients do, and what must be true of it in the end. {@link #step} on many threads, the rest on one. */
interface Workload {
    /** Before any fault. */
    default void prepare(Connection connection) throws IOException, Connection.ErrorReply {}

    void step(Client client) throws InterruptedException;

    /** After all faults; tells violations to the tally. */
    default void check(Connection connection, Tally tally) throws IOException, Connection.ErrorReply {}
}
