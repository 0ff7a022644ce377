package io.ratiskv.resp;

import io.ratiskv.api.Reply;

/** The way back to one client. Event loop only. */
public interface Outlet {
    /** Encodes the reply behind those before it; sent by {@link #flush}. */
    void write(Reply reply, int protocol);

    /** Sends what was written. */
    void flush();

    /** True while the client has not taken what it was sent: nothing more should be produced for it. */
    boolean congested();

    /** Whether more should be read from the client. */
    void reading(boolean wanted);

    /** Closes once everything written was sent. */
    void closeAfterFlush();

    /** Closes at once; what was not sent is lost. */
    void close();

    /** Bytes written and not taken by the client's system yet. */
    long pendingBytes();

    /** The client's {@code host:port}. */
    String remoteAddress();

    /** This side's {@code host:port}. */
    String localAddress();
}
