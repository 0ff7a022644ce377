package io.ratiskv.session;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.command.Flag;
import io.ratiskv.machine.Lookups;
import io.ratiskv.replication.Run;
import io.ratiskv.resp.RespServer;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node counts of the requests of its clients, and at what rate they come. Confined to the event loop.
 *
 * <p>Times are from dispatch to reply.
 */
final class RequestStatistics {
    /** What is counted without end, as it stood at some instant. */
    private record Totals(long atNanos, long requests, long bytesIn, long bytesOut) {}

    private final Bindings bindings;
    private final ErrorCounts errors = new ErrorCounts();
    private final LatencyMonitor monitor = new LatencyMonitor();

    private long requests;
    private boolean keepsHistograms = true;
    private double[] shownPercentiles = {50, 99, 99.9};

    /** What reads had found when the counters were set back. */
    private Lookups lookupsBefore = Lookups.NONE;

    // Of the last second.
    private Totals sampled = new Totals(0, 0, 0, 0);
    private long requestsPerSecond;
    private long bytesInPerSecond;
    private long bytesOutPerSecond;
    private long heapBytesMax;

    RequestStatistics(Bindings bindings) {
        this.bindings = bindings;
    }

    /** A request was answered. */
    void answered(Binding binding, Reply reply, long nanos) {
        requests++;
        binding.answered(nanos, reply instanceof Reply.Failure, keepsHistograms);
        if (monitor.isOn()) {
            String event = binding.command().has(Flag.FAST) ? LatencyMonitor.FAST_COMMAND : LatencyMonitor.COMMAND;
            monitor.took(event, nanos, System.currentTimeMillis());
        }
    }

    /** A unit was answered: each request of a transaction counts for itself. */
    void answered(Binding binding, Unit unit, Reply reply, long nanos) {
        answered(binding, reply, nanos);
        if (unit instanceof Unit.Transaction transaction && reply instanceof Reply.Array array) {
            List<Request> inner = transaction.requests();
            for (int i = 0; i < inner.size() && i < array.elements().size(); i++) {
                answeredInside(bindings.resolve(inner.get(i)), array.elements().get(i), nanos);
            }
        }
    }

    /** A request of a transaction was answered, whose replies are sent as one. */
    void answeredInside(Binding binding, Reply reply, long nanos) {
        answered(binding, reply, nanos);
        if (reply instanceof Reply.Failure failure) {
            errors.count(failure);
        }
    }

    /** A run was answered: where the time of a slow one went. */
    void answered(Run run, long nowNanos) {
        if (monitor.isOn()) {
            Run.Times times = run.times(nowNanos);
            long now = System.currentTimeMillis();
            monitor.took(LatencyMonitor.QUEUE, times.queueNanos(), now);
            monitor.took(LatencyMonitor.COMMIT, times.commitNanos(), now);
            monitor.took(LatencyMonitor.APPLY, times.applyNanos(), now);
        }
    }

    /** A request that waited ended in an error. */
    void failedLate(Request request) {
        bindings.resolve(request).failedLate();
    }

    /** An error is sent. */
    void failed(Reply.Failure failure) {
        errors.count(failure);
    }

    /**
     * Called once a second.
     *
     * @param traffic null before the port is open
     */
    void sample(long nowNanos, RespServer.@Nullable Traffic traffic) {
        Totals now = new Totals(
                nowNanos, requests, traffic == null ? 0 : traffic.bytesIn(), traffic == null ? 0 : traffic.bytesOut());
        long elapsedMillis = (now.atNanos() - sampled.atNanos()) / 1_000_000;
        if (elapsedMillis > 0) {
            requestsPerSecond = (now.requests() - sampled.requests()) * 1000 / elapsedMillis;
            bytesInPerSecond = (now.bytesIn() - sampled.bytesIn()) * 1000 / elapsedMillis;
            bytesOutPerSecond = (now.bytesOut() - sampled.bytesOut()) * 1000 / elapsedMillis;
            sampled = now;
        }
        heapBytesMax = Math.max(heapBytesMax, heapBytes());
    }

    static long heapBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /**
     * Sets all counters back.
     *
     * @param lookups what reads found until now
     */
    void reset(Lookups lookups) {
        bindings.all().forEach(Binding::resetStatistics);
        errors.reset();
        requests = 0;
        sampled = new Totals(sampled.atNanos(), 0, sampled.bytesIn(), sampled.bytesOut());
        lookupsBefore = lookups;
        heapBytesMax = 0;
    }

    ErrorCounts errors() {
        return errors;
    }

    LatencyMonitor monitor() {
        return monitor;
    }

    long requests() {
        return requests;
    }

    long requestsPerSecond() {
        return requestsPerSecond;
    }

    long bytesInPerSecond() {
        return bytesInPerSecond;
    }

    long bytesOutPerSecond() {
        return bytesOutPerSecond;
    }

    /** The most that was seen since the start, or since the counters were set back. */
    long heapBytesMax() {
        return Math.max(heapBytesMax, heapBytes());
    }

    /** What reads found since the counters were set back. */
    Lookups lookups(Lookups ever) {
        return ever.minus(lookupsBefore);
    }

    boolean keepsHistograms() {
        return keepsHistograms;
    }

    /** Without them no command has percentiles. */
    void keepHistograms(boolean wanted) {
        keepsHistograms = wanted;
        if (!wanted) {
            bindings.all().forEach(Binding::forgetHistogram);
        }
    }

    double[] shownPercentiles() {
        return shownPercentiles.clone();
    }

    void showPercentiles(double[] percentiles) {
        shownPercentiles = percentiles.clone();
    }
}
