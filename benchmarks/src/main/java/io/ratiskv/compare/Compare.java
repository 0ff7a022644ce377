package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts the stores, warms each up, then has all do each work in turns, several times, and reports medians. See {@code
 * benchmarks/compare.sh}.
 */
public final class Compare {
    private final CompareOptions options;
    private final Loader loader;
    private final Comparison comparison = new Comparison();

    private Compare(CompareOptions options, Path folder) {
        this.options = options;
        this.loader = new Loader(options, new Tools(options.home(), folder));
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
        Contestant redis = stores.redis("redis, fsync always", "--appendonly", "yes", "--appendfsync", "always");
        contestants.add(redis);
        contestants.add(stores.redis("redis, nothing on disk"));
        contestants.add(stores.etcd(options.nodes()));
        options.endpoints().forEach((name, address) -> contestants.add(endpoint(name, address)));
        List<Work> works = Work.all().stream()
                .filter(work -> options.only().matcher(work.toString()).find())
                .toList();
        int leader = stores.leader(options.nodes());

        comparison.addAll(Footprint.measure(redis));
        for (Contestant contestant : contestants) loader.warmUp(contestant, works);
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            for (Work work : works) {
                for (Contestant contestant : contestants) {
                    if (work.suits(contestant.protocol())) loader.measure(comparison, contestant, work, repetition);
                }
            }
        }
        for (Contestant contestant : contestants) {
            if (!contestant.nodes().isEmpty()) comparison.add(Resident.of(contestant));
        }
        String circumstances = Loader.circumstances(options, options.nodes() + " nodes of ratis-kv and of etcd");
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
}
