package io.ratiskv.resp;

import io.ratiskv.api.Bytes;

/** What the requests of one connection mean: the session behind a socket. Event loop only. */
public interface Conversation {
    /** The next request; the array and what its slices point to are never written again. */
    void request(Bytes[] words);

    /**
     * The stream is broken: after the replies to what came before, the client gets {@code error} and is closed.
     *
     * @param error the reply's text
     */
    void malformed(String error);

    /** False while the client must authenticate before anything else. */
    boolean authenticated();

    /** All that this turn of the event loop read was handed over. */
    void turnEnded();

    /** The client took enough of its replies that more may be produced. */
    void drained();

    /** The client will send no more; it may still read. */
    void inputEnded();

    /** Answers what was received and then closes. */
    void finish();

    /** The socket is closed, whoever closed it. Once. */
    void closed();

    /** Memory of the requests that were handed over and not answered yet, in bytes. */
    long heldBytes();

    /** True when the idle time-out does not count: it waits for the node, not for the client. */
    boolean waits();
}
