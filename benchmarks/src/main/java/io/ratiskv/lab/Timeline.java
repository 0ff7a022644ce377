package io.ratiskv.lab;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What was done to the cluster and what it did by itself, by the time of the run. Any thread. */
final class Timeline {
    /** A fault from its beginning to its end. */
    record Span(String what, long fromNanos, long toNanos) {}

    record Note(String what, long atNanos) {}

    private final long startedAtNanos = System.nanoTime();
    private final PrintStream out;
    private final List<Span> spans = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    Timeline(PrintStream out) {
        this.out = out;
    }

    /** Since the run began. */
    long nanos() {
        return System.nanoTime() - startedAtNanos;
    }

    synchronized void note(String what) {
        notes.add(new Note(what, nanos()));
        out.printf("%8.2f  %s%n", nanos() / 1e9, what);
    }

    synchronized void span(String what, long fromNanos, long toNanos) {
        spans.add(new Span(what, fromNanos, toNanos));
    }

    synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    synchronized List<Note> notes() {
        return List.copyOf(notes);
    }
}
