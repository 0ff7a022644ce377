package io.ratiskv.lab;

import io.ratiskv.api.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the operations on one key can have happened one after the other, each at some instant between its call and its
 * return, with the replies that were seen. One thread.
 *
 * <p>Wing and Gong's search with Lowe's cache of what was tried (<i>Testing for linearizability</i>, 2017). An operation
 * whose outcome is unknown may take effect at any time after its call, or never.
 */
final class Linearizability {
    /** A call or a return in the order of time, linked, so that an operation is taken out and put back in O(1). */
    private static final class Event {
        final int operation;
        final boolean isCall;

        @Nullable
        Event matching;

        @Nullable
        Event before;

        @Nullable
        Event next;

        Event(int operation, boolean isCall) {
            this.operation = operation;
            this.isCall = isCall;
        }

        void unlink() {
            if (before != null) before.next = next;
            if (next != null) next.before = before;
        }

        void relink() {
            if (before != null) before.next = this;
            if (next != null) next.before = this;
        }
    }

    private record Taken(Event call, Bytes stateBefore) {}

    private record Tried(BitSet taken, Bytes state) {}

    private final Model model;

    Linearizability(Model model) {
        this.model = model;
    }

    boolean holds(List<Operation> operations) {
        Event head = events(operations);
        Deque<Taken> path = new ArrayDeque<>();
        Set<Tried> tried = new HashSet<>();
        BitSet taken = new BitSet();
        Bytes state = Model.EMPTY;
        long open = operations.stream().filter(Operation::isKnown).count();
        Event event = head.next;
        while (open > 0) {
            Bytes after = event == null || !event.isCall ? null : after(state, operations.get(event.operation));
            if (after != null && event != null && fresh(tried, taken, event.operation, after)) {
                path.push(new Taken(event, state));
                state = after;
                taken.set(event.operation);
                open -= operations.get(event.operation).isKnown() ? 1 : 0;
                event.unlink();
                if (event.matching != null) event.matching.unlink();
                event = head.next;
            } else if (event != null && event.isCall) {
                event = event.next;
            } else {
                // A return whose call was not taken, or the end: what was taken last was wrong.
                Taken last = path.poll();
                if (last == null) return false;
                if (last.call.matching != null) last.call.matching.relink();
                last.call.relink();
                state = last.stateBefore;
                taken.clear(last.call.operation);
                open += operations.get(last.call.operation).isKnown() ? 1 : 0;
                event = last.call.next;
            }
        }
        return true;
    }

    /** The shortest beginning that does not hold, without the reads that it does not need; empty if all holds. */
    List<Operation> violation(List<Operation> operations) {
        if (holds(operations)) return List.of();
        List<Operation> byReturn = new ArrayList<>(operations);
        byReturn.sort(Comparator.comparingLong(Operation::returnedNanos));
        int good = 0;
        int bad = (int) operations.stream().filter(Operation::isKnown).count();
        while (bad - good > 1) {
            int middle = (good + bad) / 2;
            if (holds(asOf(operations, byReturn.get(middle - 1).returnedNanos()))) good = middle;
            else bad = middle;
        }
        List<Operation> left = asOf(operations, byReturn.get(bad - 1).returnedNanos());
        for (Operation read : List.copyOf(left)) {
            if (!isRead(read)) continue;
            List<Operation> without = new ArrayList<>(left);
            without.remove(read);
            if (!holds(without)) left = without;
        }
        return left;
    }

    private static boolean isRead(Operation operation) {
        return Set.of("GET", "LRANGE", "SMEMBERS").contains(operation.words().getFirst());
    }

    /** What was known then: operations under way have no reply yet. */
    private static List<Operation> asOf(List<Operation> operations, long nanos) {
        return operations.stream()
                .filter(operation -> operation.invokedNanos() <= nanos)
                .map(operation -> operation.returnedNanos() <= nanos
                        ? operation
                        : new Operation(
                                operation.key(),
                                operation.node(),
                                operation.words(),
                                operation.invokedNanos(),
                                Long.MAX_VALUE,
                                null))
                .filter(operation -> operation.isKnown() || !isRead(operation))
                .toList();
    }

    /** The state after the operation; null if it cannot answer so in this one. */
    private @Nullable Bytes after(Bytes state, Operation operation) {
        Model.Step step = model.step(state, operation.words());
        return operation.isKnown() && !step.reply().equals(operation.reply()) ? null : step.after();
    }

    private static boolean fresh(Set<Tried> tried, BitSet taken, int operation, Bytes after) {
        BitSet with = (BitSet) taken.clone();
        with.set(operation);
        return tried.add(new Tried(with, after));
    }

    /** Returns a head before the first. */
    private static Event events(List<Operation> operations) {
        record Timed(long nanos, Event event) {}
        List<Timed> all = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            Event call = new Event(i, true);
            all.add(new Timed(operation.invokedNanos(), call));
            if (operation.isKnown()) {
                Event end = new Event(i, false);
                call.matching = end;
                all.add(new Timed(operation.returnedNanos(), end));
            }
        }
        // At one instant calls come first: the two may have met.
        all.sort(Comparator.comparingLong(Timed::nanos).thenComparingInt(timed -> timed.event().isCall ? 0 : 1));
        Event head = new Event(-1, false);
        Event last = head;
        for (Timed timed : all) {
            timed.event().before = last;
            last.next = timed.event();
            last = timed.event();
        }
        return head;
    }
}
