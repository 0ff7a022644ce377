package io.ratiskv.rest;

import org.jspecify.annotations.Nullable;

/** Why a request is not begun, and the status that says so. Immutable; any thread. Without a stack: it is an answer. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final @Nullable String allow;

    RefusedException(int status, String error) {
        this(status, error, null);
    }

    private RefusedException(int status, String error, @Nullable String allow) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
        this.allow = allow;
    }

    /** The resource takes another method. */
    static RefusedException method(Route route) {
        return new RefusedException(405, "ERR " + route.path() + " takes " + route.method(), route.method());
    }

    int status() {
        return status;
    }

    /** In Redis' form: the first word is the code. */
    String error() {
        return error;
    }

    /** What the resource takes instead; null when the method is not at fault. */
    @Nullable
    String allow() {
        return allow;
    }
}
