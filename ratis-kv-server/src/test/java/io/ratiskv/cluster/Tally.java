package io.ratiskv.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/** What clients heard of one node in one phase of a test. Any thread. */
final class Tally {
    final AtomicInteger readsAnswered = new AtomicInteger();
    final AtomicInteger readsRefused = new AtomicInteger();
    final AtomicInteger readsStale = new AtomicInteger();
    final AtomicInteger writesAcknowledged = new AtomicInteger();
    final AtomicInteger writesRefused = new AtomicInteger();
    final AtomicInteger writesUnknown = new AtomicInteger();

    @Override
    public String toString() {
        return "reads: %s answered, %s refused, %s stale; writes: %s acknowledged, %s refused, %s unknown"
                .formatted(readsAnswered, readsRefused, readsStale, writesAcknowledged, writesRefused, writesUnknown);
    }
}
