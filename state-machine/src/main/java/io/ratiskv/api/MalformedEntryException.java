package io.ratiskv.api;

/** Bytes that are no entry known here: a broken invariant, the node stops rather than guess. */
public final class MalformedEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedEntryException(String message) {
        super(message);
    }
}
