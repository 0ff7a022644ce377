package io.ratiskv.cli.wire;

import java.io.IOException;

/** The server does not let this client in; its message is the server's. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message);
    }
}
