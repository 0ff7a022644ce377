package io.ratiskv.api;

import java.util.List;

/** What a batch is made of: a request, or several that are atomic together. Immutable; any thread. */
public sealed interface Unit {
    /** One request. */
    record Single(Request request) implements Unit {}

    /**
     * MULTI … EXEC: runs as one, or not at all when a watched key changed.
     *
     * @param watched the versions that were read at WATCH; EXEC answers null when one differs
     */
    record Transaction(List<Request> requests, List<Watched> watched) implements Unit {}

    /**
     * A key as WATCH saw it.
     *
     * @param version 0 when the key did not exist
     */
    record Watched(int database, Bytes key, long version) {}
}
