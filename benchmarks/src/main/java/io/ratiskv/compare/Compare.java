package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts the stores, warms each up, then has all do each work in turns, several times, and reports medians. See {@code
 * benchmarks/compare.sh}.
 */
public final class Compare {
    private static final int SAMPLE = 2_000;

    private final CompareOptions options;
    private final Tools tools;
    private final Comparison comparison = new Comparison();

    /** Requests a second of the last load of this kind, by store and work: how many make up the seconds that are asked for. */
    private final Map<String, Double> rates = new HashMap<>();

    private Compare(CompareOptions options, Path folder) {
        this.options = options;
        this.tools = new Tools(options.home(), folder);
    }

    /** Exit codes: 0 measured, 1 not. */
    public static void main(String[] args) throws Exception {
        CompareOptions options = CompareOptions.parse(args);
        Path folder = Files.createTempDirectory("compare");
        try (Stores stores = new Stores(options.home(), folder)) {
            new Compare(options, folder).run(stores);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
            }
        }
    }

    private void run(Stores stores) throws IOException, InterruptedException {
        List<Contestant> contestants = new ArrayList<>(stores.ratisKv(options.nodes()));
        contestants.add(stores.redis("redis, fsync always", "--appendonly", "yes", "--appendfsync", "always"));
        contestants.add(stores.redis("redis, nothing on disk"));
        contestants.add(stores.etcd(options.nodes()));
        options.endpoints().forEach((name, address) -> contestants.add(endpoint(name, address)));
        List<Work> works = Work.all().stream()
                .filter(work -> options.only().matcher(work.toString()).find())
                .toList();
        int leader = stores.leader(options.nodes());

        for (Contestant contestant : contestants) warmUp(contestant, works);
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            for (Work work : works) {
                for (Contestant contestant : contestants) {
                    if (work.suits(contestant.protocol())) measure(contestant, work, repetition);
                }
            }
        }
        String circumstances = circumstances();
        if (stores.leader(options.nodes()) != leader) {
            circumstances += " THE LEADER OF RATIS-KV CHANGED MEANWHILE: its two columns mix.";
        }
        Report.write(comparison, circumstances, options.out());
        if (options.insert() != null) Report.insert(comparison, circumstances, options.insert());
        System.out.println(Report.table(comparison, circumstances));
        System.out.println("report: " + options.out().resolve("report.html").toAbsolutePath());
    }

    private static Contestant endpoint(String name, String address) {
        int colon = address.lastIndexOf(':');
        return new Contestant(
                name,
                Contestant.Protocol.RESP,
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                List.of(),
                Stores.SHORT_WARM_UP_SECONDS);
    }

    /** A second of each work after the other, at least one round, until its time is over. */
    private void warmUp(Contestant contestant, List<Work> works) throws IOException, InterruptedException {
        System.out.println("warming up " + contestant.name() + " ...");
        long until = System.nanoTime() + (long) (contestant.warmUpSeconds() * options.warmUp() * 1e9);
        do {
            for (Work work : works) {
                if (!work.suits(contestant.protocol()) || work.paced()) continue;
                load(contestant, work, 1, 0);
            }
        } while (System.nanoTime() < until);
    }

    private void measure(Contestant contestant, Work work, int repetition) throws IOException, InterruptedException {
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
            rates.put(
                    key,
                    tools.load(contestant, work, Math.max(SAMPLE, 2 * work.connections()), 0)
                            .perSecond());
        }
        double expected = rate > 0 ? rate : rates.getOrDefault(key, 0.0);
        long requests = Math.max(2L * work.connections(), Math.round(expected * seconds));
        Usage before = Usage.of(contestant.nodes());
        Figures figures = tools.load(contestant, work, requests, rate);
        if (rate == 0) rates.put(key, figures.perSecond());
        return Usage.share(figures, contestant.nodes(), before, (double) requests);
    }

    private String circumstances() throws IOException, InterruptedException {
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
                "Commit %s, %s, %d cores of %s, which also run the clients. %d nodes of ratis-kv and of etcd, each fsyncing;"
                        + " medians of %d times %d s, in turns.",
                commit,
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                model,
                options.nodes(),
                options.repetitions(),
                options.seconds());
    }
}
