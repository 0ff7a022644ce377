package io.ratiskv.session;

import io.ratiskv.command.Command;
import io.ratiskv.command.Flag;
import org.jspecify.annotations.Nullable;

/** Which commands need a connection that outlasts them, and what to do without one. Stateless; any thread. */
final class ConnectionBound {
    private static final String RESP = "use the RESP port";

    private ConnectionBound() {}

    /** What to do in place of the command where there is no connection; null when it needs none. */
    static @Nullable String instead(Command command) {
        return switch (command.name()) {
            case "multi", "exec", "discard" -> "send {\"commands\":[[...],[...]]}, which run as one";
            case "watch", "unwatch" ->
                "compare in the command itself (SET ... IFEQ), or use the RESP port for WATCH and EXEC";
            case "select" -> "put it first in a batch, {\"commands\":[[\"SELECT\",\"1\"],[...]]}";
            case "auth", "hello" -> "send the password with each request, as HTTP Basic or Bearer";
            case "quit", "reset" -> "each request begins and ends by itself";
            case "readonly", "readwrite", "client|reads" -> "send the header X-Read-Consistency";
            case "wait", "waitaof" -> "an answered write is on the disks of a majority already";
            case "once", "client|session" -> "send the header Idempotency-Key";
            case "shutdown" -> "use the RESP port, or end the process with SIGTERM";
            case "client|reply",
                    "client|caching",
                    "client|tracking",
                    "client|trackinginfo",
                    "client|getredir",
                    "client|setname",
                    "client|getname",
                    "client|setinfo",
                    "client|id",
                    "client|info",
                    "client|no-evict",
                    "client|no-touch",
                    "asking",
                    "monitor",
                    "sync",
                    "psync",
                    "replconf" -> RESP;
            default -> byFlags(command);
        };
    }

    private static @Nullable String byFlags(Command command) {
        if (command.has(Flag.BLOCKING)) {
            return RESP + ", or ask again and again with the command that does not block";
        }
        return command.has(Flag.PUBSUB) && command.name().endsWith("subscribe") ? RESP : null;
    }
}
