package io.ratiskv.cli.migration;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An import that cannot go on; its message is for whoever asked for it. */
public final class ImportException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How it ended. */
    public enum Outcome {
        /** The cluster, or what is imported, says no. */
        REFUSED,
        /** The source or the cluster was not there; what came before was done. */
        UNAVAILABLE,
        /** The last requests may have been done. */
        UNKNOWN
    }

    private final Outcome outcome;

    ImportException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    static ImportException refused(String message) {
        return new ImportException(Outcome.REFUSED, message, null);
    }

    public Outcome outcome() {
        return outcome;
    }
}
