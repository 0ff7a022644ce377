package io.ratiskv.rdb;

import org.jspecify.annotations.Nullable;

/** The bytes are no value of a type known here. */
public final class PayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    PayloadException(String what) {
        this(what, null);
    }

    PayloadException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }
}
