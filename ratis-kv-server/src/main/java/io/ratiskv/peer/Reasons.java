package io.ratiskv.peer;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Why a stream ended, in a line for the log. Any thread. */
final class Reasons {
    private static final int CAUSES_MAX = 8;

    private Reasons() {}

    static String of(Status status) {
        @Nullable String description = status.getDescription();
        String line = description == null ? status.getCode().name() : description;
        @Nullable Throwable cause = status.getCause();
        for (int depth = 0; cause != null && cause.getCause() != null && depth < CAUSES_MAX; depth++)
            cause = cause.getCause();
        if (cause != null && cause.getMessage() != null) line = line + " (" + cause.getMessage() + ")";
        return line.lines().findFirst().orElse(line);
    }
}
