package io.ratiskv.raft;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A node that must not start on the data it found; the message tells the operator why and what to do, in one line. */
final class RefusedStartException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
