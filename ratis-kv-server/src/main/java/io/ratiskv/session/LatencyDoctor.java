package io.ratiskv.session;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** LATENCY DOCTOR: what the events say, and where to look. Stateless. */
final class LatencyDoctor {
    /** What to do about an event. */
    private static final Map<String, String> ADVICE = Map.of(
            LatencyMonitor.COMMAND,
            "Commands whose work grows with their data took long: SLOWLOG GET names them, RAFT.SLOWLOG tells how much of"
                    + " their time was the log's. Read large collections in parts (SCAN, HSCAN, LRANGE with bounds).",
            LatencyMonitor.FAST_COMMAND,
            "Commands that do little themselves took long, so they waited for something else: for a batch, for the disks"
                    + " of a majority, or for a large request beside them. RAFT.SLOWLOG tells for which.",
            LatencyMonitor.QUEUE,
            "Requests waited for the batch before theirs: more is asked than the log takes at a time. Larger pipelines"
                    + " and MSET make fewer entries; faster disks make them sooner.",
            LatencyMonitor.COMMIT,
            "A majority was slow to sync the log or to answer. Look at the disks (fsync times, other writers on the same"
                    + " device) and the network between nodes; RAFT.MEMBERS shows who lags.",
            LatencyMonitor.APPLY,
            "Applying an entry, or evaluating reads, took long on this node: large requests, or pauses of the JVM. The"
                    + " log of the garbage collector and SLOWLOG GET tell which.");

    private LatencyDoctor() {}

    static String report(LatencyMonitor monitor, long nowSeconds) {
        if (monitor.events().isEmpty()) {
            return monitor.isOn()
                    ? "No event took " + monitor.thresholdMillis() + " ms or longer.\n"
                    : "Nothing is recorded: CONFIG SET latency-monitor-threshold <milliseconds> begins it on this"
                            + " node.\n";
        }
        StringBuilder report = new StringBuilder("These events took long on this node:\n\n");
        Set<String> advice = new LinkedHashSet<>();
        int number = 0;
        for (Map.Entry<String, LatencyMonitor.Event> each : monitor.events().entrySet()) {
            number++;
            report.append(number).append(". ").append(each.getKey()).append(": ");
            report.append(described(each.getValue(), nowSeconds)).append('\n');
            String advised = ADVICE.get(each.getKey());
            if (advised != null) {
                advice.add(advised);
            }
        }
        report.append('\n');
        advice.forEach(each -> report.append("- ").append(each).append('\n'));
        return report.toString();
    }

    private static String described(LatencyMonitor.Event event, long nowSeconds) {
        List<LatencyMonitor.Sample> samples = event.samples();
        long sum = samples.stream().mapToLong(LatencyMonitor.Sample::millis).sum();
        long average = sum / samples.size();
        long deviations = samples.stream()
                .mapToLong(sample -> Math.abs(sample.millis() - average))
                .sum();
        long period = Math.max(1, nowSeconds - samples.getFirst().atSeconds());
        return String.format(
                Locale.ROOT,
                "%d latency spikes (average %dms, mean deviation %dms, period %.2f sec). Worst all time event %dms.",
                samples.size(),
                average,
                deviations / samples.size(),
                (double) period / samples.size(),
                event.maxMillis());
    }
}
