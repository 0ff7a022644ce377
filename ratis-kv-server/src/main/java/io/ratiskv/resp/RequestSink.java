package io.ratiskv.resp;

import io.ratiskv.api.Bytes;

/** Where {@link RespDecoder} puts what it finds, in the order of the stream. Event loop only. */
interface RequestSink {
    /** A whole request; the array and what its slices point to are never written again. */
    void request(Bytes[] words);

    /**
     * The stream is broken here and nothing behind it will be decoded.
     *
     * @param error the reply's text, before the connection is closed
     */
    void malformed(String error);

    /**
     * A line of HTTP: someone makes a browser or a server talk to this port. Nothing behind it will be decoded.
     *
     * @param word {@code POST} or {@code Host:}
     */
    void crossProtocol(String word);

    /** False while the client must authenticate first: its requests are kept small. */
    boolean authenticated();
}
