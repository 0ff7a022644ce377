package io.ratiskv.rest;

/** Why a request is not begun, and the status that says so. Immutable; any thread. Without a stack: it is an answer. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    RefusedException(int status, String error) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
    }

    int status() {
        return status;
    }

    /** In Redis' form: the first word is the code. */
    String error() {
        return error;
    }
}
