package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.resp.Outlet;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The requests of one session that are not dispatched yet, in order. Confined to the event loop.
 *
 * <p>It is bounded by its client: when it is full nothing more is read until half of it is dispatched. What was read
 * before that is still taken.
 */
final class WaitingRequests {
    static final int REQUESTS_MAX = 4096;

    private static final long BYTES_MAX = 1 << 20;

    private final Outlet outlet;
    private Deque<Bytes[]> requests = new ArrayDeque<>(0);
    private long bytes;
    private boolean manyWaited;
    private boolean readingStopped;

    WaitingRequests(Outlet outlet) {
        this.outlet = outlet;
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    void add(Bytes[] words) {
        requests.add(words);
        bytes += Session.bytes(words);
        if (!readingStopped && (bytes > BYTES_MAX || requests.size() > REQUESTS_MAX)) {
            stopReading();
        }
    }

    Bytes[] first() {
        return requests.element();
    }

    void removeFirst() {
        bytes -= Session.bytes(requests.remove());
        manyWaited |= requests.size() > Session.KEPT_CAPACITY;
        if (manyWaited && requests.isEmpty()) {
            requests = new ArrayDeque<>(0);
            manyWaited = false;
        }
    }

    void clear() {
        requests.clear();
        bytes = 0;
    }

    void stopReading() {
        readingStopped = true;
        outlet.reading(false);
    }

    /** Reads again from a client that was not read because it sent too much. */
    void readIfHalfIsDone() {
        if (readingStopped && bytes <= BYTES_MAX / 2 && requests.size() <= REQUESTS_MAX / 2) {
            readingStopped = false;
            outlet.reading(true);
        }
    }
}
