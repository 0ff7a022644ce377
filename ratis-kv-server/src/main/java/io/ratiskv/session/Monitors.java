package io.ratiskv.session;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.command.Flag;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clients that watch what is asked of this node: MONITOR. Confined to the event loop.
 *
 * <p>A request is shown when it is begun, those of a transaction with its EXEC. What administers the server is not shown,
 * nor is any password.
 */
final class Monitors {
    private final PubSub pubSub;
    private final Set<Session> watching = new LinkedHashSet<>();

    Monitors(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    void begin(Session session) {
        watching.add(session);
    }

    void end(Session session) {
        watching.remove(session);
    }

    boolean isWatching(Session session) {
        return !watching.isEmpty() && watching.contains(session);
    }

    boolean anyWatches() {
        return !watching.isEmpty();
    }

    /** @param executed what EXEC runs; null when the request is none or has nothing to run */
    void begun(Session by, Binding binding, Request request, @Nullable OpenTransaction executed) {
        if (executed != null) {
            for (OpenTransaction.Queued queued : executed.queue()) {
                show(by, queued.binding(), queued.request());
            }
        }
        show(by, binding, request);
    }

    private void show(Session by, Binding binding, Request request) {
        if (binding.command().has(Flag.ADMIN) || binding.command().has(Flag.SKIP_MONITOR)) {
            return;
        }
        Instant now = Instant.now();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%d.%06d [%d %s] ",
                now.getEpochSecond(),
                now.getNano() / 1000,
                request.database(),
                by.outlet().remoteAddress()));
        QuotedWords.append(line, Secrets.masked(binding.command(), request.words()));
        Reply shown = new Reply.Simple(line.toString());
        for (Session each : List.copyOf(watching)) {
            pubSub.tell(each, shown);
        }
    }
}
