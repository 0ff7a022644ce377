package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Loads stores for as many seconds as are asked for. One thread. */
final class Loader {
    /** What the values of a first load, which tells how long a request takes, have in all. */
    private static final long SAMPLE_BYTES = 32_000;

    private final CompareOptions options;
    private final Tools tools;

    /** Requests a second of the last load of this kind, by store and work: how many make up the seconds that are asked for. */
    private final Map<String, Double> rates = new HashMap<>();

    Loader(CompareOptions options, Tools tools) {
        this.options = options;
        this.tools = tools;
    }

    /** A second of each work after the other, at least one round, until its time is over. */
    void warmUp(Contestant contestant, List<Work> works) throws IOException, InterruptedException {
        System.out.println("warming up " + contestant.name() + " ...");
        long until = System.nanoTime() + (long) (contestant.warmUpSeconds() * options.warmUp() * 1e9);
        do {
            for (Work work : works) {
                if (!work.suits(contestant.protocol()) || work.paced()) continue;
                load(contestant, work, 1, 0);
            }
        } while (System.nanoTime() < until);
    }

    /** Adds a load of the seconds that are asked for to the comparison, and prints it. */
    void measure(Comparison comparison, Contestant contestant, Work work, int repetition)
            throws IOException, InterruptedException {
        double rate = 0;
        if (work.paced()) {
            rate = comparison.rate(work.peak(), contestant.name()) / 2;
            if (Double.isNaN(rate)) return;
        }
        Figures figures = load(contestant, work, options.seconds(), rate);
        comparison.add(work, contestant, figures);
        System.out.printf(
                Locale.ROOT,
                "%d  %-32s %-24s %,11.0f/s  p50 %7.2f  p99 %7.2f ms  %6.1f us of CPU%n",
                repetition,
                work,
                contestant.name(),
                figures.perSecond(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.cpuMicros());
    }

    private Figures load(Contestant contestant, Work work, double seconds, double rate)
            throws IOException, InterruptedException {
        String key = contestant.name() + "/" + work;
        if (rate == 0 && !rates.containsKey(key)) {
            rates.put(key, guess(contestant, work));
        }
        double expected = rate > 0 ? rate : rates.getOrDefault(key, 0.0);
        long requests = Math.max(2L * work.connections(), Math.round(expected * seconds));
        Usage before = Usage.of(contestant.nodes());
        Figures figures = tools.load(contestant, work, requests, rate);
        if (rate == 0) rates.put(key, figures.perSecond());
        return Usage.share(figures, contestant.nodes(), before, (double) Tools.requestsInAll(work, requests));
    }

    /** Requests a second, of few that last long enough for a rate. */
    private double guess(Contestant contestant, Work work) throws IOException, InterruptedException {
        long requests = Math.max(2L * work.connections(), SAMPLE_BYTES / work.valueBytes());
        while (true) {
            double perSecond = tools.load(contestant, work, requests, 0).perSecond();
            if (perSecond < Double.POSITIVE_INFINITY) return perSecond;
            requests *= 10;
        }
    }

    /** What a reader of the figures must know: commit, date, machine, and which {@code nodes} were measured. */
    static String circumstances(CompareOptions options, String nodes) throws IOException, InterruptedException {
        String commit = Commands.output(
                        List.of("git", "-C", options.home().toString(), "describe", "--always", "--dirty"))
                .strip();
        String model = Files.readString(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
        return String.format(
                Locale.ROOT,
                "Commit %s, %s, %d cores of %s, which also run the clients. %s, each fsyncing;"
                        + " medians of %d times %d s, in turns.",
                commit,
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                model,
                nodes,
                options.repetitions(),
                options.seconds());
    }
}
