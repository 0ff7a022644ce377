package io.ratiskv.session;

import java.util.concurrent.TimeUnit;

/** CLIENT PAUSE: for a while requests wait undispatched. Confined to the event loop. */
final class Pause {
    private final Sessions sessions;
    private long untilNanos;
    private boolean active;
    private boolean writesOnly;

    Pause(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Requests of all clients, or only those that write, wait from now on. */
    void begin(long millis, boolean onlyWrites) {
        long until = sessions.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        if (active) {
            // As Redis: a second pause never shortens or weakens the first.
            untilNanos = Math.max(untilNanos, until);
            writesOnly &= onlyWrites;
        } else {
            untilNanos = until;
            writesOnly = onlyWrites;
            active = true;
        }
        sessions.loop().schedule(this::endIfDue, millis, TimeUnit.MILLISECONDS);
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

    boolean holds(Binding binding) {
        // The client that paused must be able to end it.
        return active && !binding.ofClient() && holds(binding.write());
    }

    boolean holds(boolean write) {
        return active && (!writesOnly || write);
    }

    boolean active() {
        return active;
    }

    boolean writesOnly() {
        return writesOnly;
    }
}
