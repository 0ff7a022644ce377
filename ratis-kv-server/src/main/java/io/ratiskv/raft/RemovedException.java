package io.ratiskv.raft;

import java.io.IOException;

/** A node that does not start because it was removed from its cluster; the message tells the operator what to do. */
public final class RemovedException extends IOException {
    private static final long serialVersionUID = 1;

    RemovedException(String message) {
        super(message);
    }
}
