package io.ratiskv.cli;

import org.jspecify.annotations.Nullable;

/** A file that TLS can not be built from; its message is for whoever named the file, and names no content. */
final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
