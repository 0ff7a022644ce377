package io.ratiskv.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What clients saw, counted. Any thread. */
final class Tally {
    private final Timeline timeline;
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final List<Long> writes = new ArrayList<>();
    private final List<Operation> history = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    Tally(Timeline timeline) {
        this.timeline = timeline;
    }

    void refused() {
        refused.increment();
    }

    void unknown() {
        unknown.increment();
    }

    /** A request was answered. */
    void answered(boolean isWrite) {
        answered.increment();
        if (isWrite) {
            synchronized (writes) {
                writes.add(timeline.nanos());
            }
        }
    }

    /** An operation that is checked with the others on its key. */
    void record(Operation operation) {
        synchronized (history) {
            history.add(operation);
        }
    }

    void violated(String what) {
        synchronized (violations) {
            violations.add(what);
        }
        timeline.note("VIOLATION " + what);
    }

    long answers() {
        return answered.sum();
    }

    long refusals() {
        return refused.sum();
    }

    long unknowns() {
        return unknown.sum();
    }

    /** When writes were acknowledged, ascending. */
    List<Long> writes() {
        synchronized (writes) {
            return writes.stream().sorted().toList();
        }
    }

    List<Operation> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }
}
