package io.ratiskv.cli.migration;

import io.ratiskv.cli.load.Outcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An import that cannot go on; its message is for whoever asked for it. */
public final class ImportException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    ImportException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    static ImportException refused(String message) {
        return new ImportException(Outcome.REFUSED, message, null);
    }

    /** How it ended: refused by the cluster, or for what is imported; without source or cluster; or in doubt about the last requests. */
    public Outcome outcome() {
        return outcome;
    }
}
