package io.ratiskv.resp;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The memory of requests that are being received or wait for their answer, over all connections. Confined to the
 * event loop.
 *
 * <p>Above the limit, connections that hold much are not read from. The one that has waited longest reads on all the
 * same, so that something is completed and freed; it loses its connection if it makes the others wait for nothing.
 */
final class ReceiveAccount {
    /** A connection as the account sees it. */
    interface Holder {
        /** Whether it may read on. */
        void admitted(boolean reads);
    }

    private final long limitBytes;
    private final long freeBytes;
    private final Deque<Holder> heldUp = new ArrayDeque<>();
    private long usedBytes;
    private @Nullable Holder privileged;

    /** @param freeBytes a connection that holds no more is never held up */
    ReceiveAccount(long limitBytes, long freeBytes) {
        this.limitBytes = limitBytes;
        this.freeBytes = freeBytes;
    }

    long freeBytes() {
        return freeBytes;
    }

    long usedBytes() {
        return usedBytes;
    }

    /** The one that reads on above the limit while others wait for it, if there is one. */
    @Nullable
    Holder awaited() {
        return heldUp.isEmpty() ? null : privileged;
    }

    /** {@code holder} holds {@code now} bytes after {@code before}. */
    void changed(Holder holder, long before, long now) {
        usedBytes += now - before;
        if (same(holder, privileged) && now <= freeBytes) {
            privileged = null;
        }
        if (usedBytes > limitBytes && now > freeBytes && now > before && !same(holder, privileged)) {
            if (privileged == null) {
                privileged = holder;
            } else if (!heldUp.contains(holder)) {
                heldUp.add(holder);
                holder.admitted(false);
            }
        }
        admit();
    }

    /** The connection is gone and holds nothing any more. */
    void left(Holder holder, long before) {
        heldUp.remove(holder);
        changed(holder, before, 0);
    }

    private void admit() {
        while (!heldUp.isEmpty() && (usedBytes <= limitBytes || privileged == null)) {
            Holder next = heldUp.remove();
            if (usedBytes > limitBytes) {
                privileged = next;
            }
            next.admitted(true);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a holder is a connection, equal to itself alone
    private static boolean same(Holder a, @Nullable Holder b) {
        return a == b;
    }
}
