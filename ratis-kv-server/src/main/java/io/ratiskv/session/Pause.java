package io.ratiskv.session;

import java.util.concurrent.TimeUnit;

/** CLIENT PAUSE: for a while requests wait undispatched. Confined to the event loop. */
final class Pause {
    /** Ten years, which nanoseconds can count. */
    private static final long MILLIS_MAX = TimeUnit.DAYS.toMillis(3650);

    private final Sessions sessions;
    private long untilNanos;
    private boolean active;
    private boolean writesOnly;

    Pause(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Requests of all clients, or only those that write, wait from now on. */
    void begin(long millis, boolean onlyWrites) {
        long until = sessions.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, MILLIS_MAX));
        if (active) {
            // As Redis: a second pause never shortens or weakens the first.
            untilNanos = Math.max(untilNanos, until);
            writesOnly &= onlyWrites;
        } else {
            untilNanos = until;
            writesOnly = onlyWrites;
            active = true;
        }
        sessions.loop().schedule(this::endIfDue, until - sessions.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void endIfDue() {
        if (active && sessions.nanoTime() - untilNanos >= 0) {
            end();
        }
    }

    void end() {
        active = false;
        sessions.proceedAll();
    }

    /** Whether a request has to wait. */
    boolean holds(Binding binding) {
        // docs/differences.md: the client that paused must be able to end it.
        return active && !binding.ofClient() && holds(binding.changesAnything());
    }

    /** Whether one has to wait that changes something, or does not. */
    boolean holds(boolean changes) {
        return active && (!writesOnly || changes);
    }
}
