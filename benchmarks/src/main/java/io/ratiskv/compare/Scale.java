package io.ratiskv.compare;

import io.ratiskv.compare.Work.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How rate and latency of ratis-kv change with the number of connections, the size of values, the number of keys and the
 * number of nodes, each alone, the others as usual: 50 connections, 16 bytes, a million keys, three nodes. See {@code
 * benchmarks/scale.sh}.
 */
public final class Scale {
    private static final List<Kind> KINDS = List.of(Kind.SET, Kind.GET);
    private static final int USUAL_NODES = 3;

    /** Values of all keys together, so that large ones fit into the heaps. */
    private static final int VALUE_BYTES_OF_ALL = 64 << 20;

    private static final int KEYS_PER_SCRIPT = 10_000;
    private static final String FILL =
            "for i = ARGV[1], ARGV[2] do redis.call('SET', string.format('key:%012d', i), 'xxxxxxxxxxxxxxxx') end";

    /** What changes along a picture. */
    private enum Axis {
        CONNECTIONS(1),
        VALUE_BYTES(1),
        KEYS(16),
        NODES(16);

        private final int pipeline;

        Axis(int pipeline) {
            this.pipeline = pipeline;
        }

        List<Integer> places() {
            return switch (this) {
                case CONNECTIONS -> List.of(1, 10, 50, 200, 1_000, 5_000, 10_000);
                case VALUE_BYTES -> List.of(16, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20);
                case KEYS -> List.of(10_000, 100_000, 1_000_000, 5_000_000, 20_000_000);
                case NODES -> List.of(1, 3, 5, 7);
            };
        }

        Work work(Kind kind, int place) {
            return switch (this) {
                case CONNECTIONS -> new Work(kind, place, pipeline, Work.SMALL, Work.USUAL_KEYS, false);
                case VALUE_BYTES ->
                    new Work(
                            kind,
                            Work.USUAL_CONNECTIONS,
                            pipeline,
                            place,
                            Math.min(Work.USUAL_KEYS, VALUE_BYTES_OF_ALL / place),
                            false);
                case KEYS -> new Work(kind, Work.USUAL_CONNECTIONS, pipeline, Work.SMALL, place, false);
                case NODES -> new Work(kind, Work.USUAL_CONNECTIONS, pipeline, Work.SMALL, Work.USUAL_KEYS, false);
            };
        }

        String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        String name(int place) {
            if (this == VALUE_BYTES) return Work.size(place);
            if (place >= 1_000_000) return place / 1_000_000 + " M";
            return place >= 1_000 ? place / 1_000 + " k" : Integer.toString(place);
        }
    }

    private final CompareOptions options;
    private final Path folder;
    private final Map<Axis, Map<Integer, Comparison>> measured = new LinkedHashMap<>();

    private Scale(CompareOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    /** Exit codes: 0 measured, 1 not. */
    public static void main(String[] args) throws Exception {
        CompareOptions options = CompareOptions.parse(args);
        Path folder = Files.createTempDirectory("scale");
        try {
            new Scale(options, folder).run();
        } finally {
            Commands.output(List.of("rm", "-rf", folder.toString()));
        }
    }

    private void run() throws IOException, InterruptedException {
        for (int nodes : Axis.NODES.places()) {
            if (nodes == USUAL_NODES || wanted(Axis.NODES)) cluster(nodes);
        }
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("scale.csv"), csv());
        Files.writeString(
                options.out().resolve("scale.html"),
                page(Loader.circumstances(options, "Three nodes of ratis-kv unless said otherwise")));
        System.out.println("report: " + options.out().resolve("scale.html").toAbsolutePath());
    }

    private boolean wanted(Axis axis) {
        return options.only().matcher(axis.title()).find();
    }

    /** Starts one, measures what is to be measured with as many nodes, and ends it. */
    private void cluster(int nodes) throws IOException, InterruptedException {
        Path data = Files.createDirectories(folder.resolve("of-" + nodes));
        try (Stores stores = new Stores(options.home(), data)) {
            Contestant leader = stores.ratisKv(nodes).getFirst();
            Loader loader = new Loader(options, new Tools(options.home(), data));
            List<Work> usual = new ArrayList<>();
            for (int pipeline : new int[] {1, 16}) {
                for (Kind kind : KINDS) usual.add(Work.closed(kind, Work.USUAL_CONNECTIONS, pipeline, Work.SMALL));
            }
            loader.warmUp(leader, usual);
            if (wanted(Axis.NODES)) measure(loader, leader, Axis.NODES, List.of(nodes));
            if (nodes != USUAL_NODES) return;
            for (Axis axis : List.of(Axis.CONNECTIONS, Axis.VALUE_BYTES)) {
                if (wanted(axis)) measure(loader, leader, axis, axis.places());
            }
            if (!wanted(Axis.KEYS)) return;
            Commands.output(List.of("redis-cli", "-p", Integer.toString(leader.port()), "FLUSHALL"));
            int filled = 0;
            for (int keys : Axis.KEYS.places()) {
                fill(leader, filled, keys);
                filled = keys;
                measure(loader, leader, Axis.KEYS, List.of(keys));
            }
        }
    }

    private void measure(Loader loader, Contestant leader, Axis axis, List<Integer> places)
            throws IOException, InterruptedException {
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            for (int place : places) {
                Comparison comparison = measured.computeIfAbsent(axis, none -> new LinkedHashMap<>())
                        .computeIfAbsent(place, none -> new Comparison());
                for (Kind kind : KINDS) {
                    System.out.printf("%s %s: ", axis.title(), axis.name(place));
                    loader.measure(comparison, leader, axis.work(kind, place), repetition);
                }
            }
        }
    }

    /** All keys that redis-benchmark may draw, by scripts that each set some thousands. */
    private void fill(Contestant store, int from, int to) throws IOException, InterruptedException {
        StringBuilder scripts = new StringBuilder();
        for (int first = from; first < to; first += KEYS_PER_SCRIPT) {
            scripts.append(String.format(
                    Locale.ROOT, "EVAL \"%s\" 0 %d %d%n", FILL, first, Math.min(to, first + KEYS_PER_SCRIPT) - 1));
        }
        Path file = Files.writeString(folder.resolve("fill"), scripts);
        Commands.output(
                List.of("redis-cli", "-e", "-p", Integer.toString(store.port())),
                ProcessBuilder.Redirect.from(file.toFile()));
    }

    private String csv() {
        StringBuilder csv = new StringBuilder();
        csv.append("axis,place,kind,pipeline,requests_per_second,p50_millis,p99_millis,cpu_micros_per_request\n");
        measured.forEach((axis, places) -> places.forEach((place, comparison) -> {
            for (Comparison.Row row : comparison.rows()) {
                csv.append(String.format(
                        Locale.ROOT,
                        "%s,%d,%s,%d,%.1f,%.3f,%.3f,%.3f%n",
                        axis.title(),
                        place,
                        row.work().kind(),
                        row.work().pipeline(),
                        row.figures().perSecond(),
                        row.figures().p50Millis(),
                        row.figures().p99Millis(),
                        row.figures().cpuMicros()));
            }
        }));
        return csv.toString();
    }

    private String page(String circumstances) {
        StringBuilder page = new StringBuilder(Report.head("How ratis-kv scales", circumstances));
        measured.forEach((axis, places) -> {
            page.append("<h2>By ").append(axis.title()).append("</h2>\n<div class=\"charts\">\n");
            page.append(chart("requests/s", axis, Figures::perSecond));
            page.append(chart("p99, ms", axis, Figures::p99Millis));
            page.append(chart("CPU of all nodes for a request, µs", axis, Figures::cpuMicros));
            page.append("</div>\n");
        });
        return page.append("</html>\n").toString();
    }

    private String chart(String title, Axis axis, ToDoubleFunction<Figures> figure) {
        Map<Integer, Comparison> places = measured.getOrDefault(axis, Map.of());
        Map<String, double[]> lines = new LinkedHashMap<>();
        for (Kind kind : KINDS) {
            lines.put(
                    kind + " P" + axis.pipeline,
                    places.entrySet().stream()
                            .mapToDouble(place ->
                                    place.getValue().median(axis.work(kind, place.getKey()), Report.SUBJECT, figure))
                            .toArray());
        }
        List<String> names = places.keySet().stream().map(axis::name).toList();
        return "<figure><figcaption>" + Table.escaped(title) + "</figcaption>\n" + Chart.svg(title, names, lines)
                + "</figure>\n";
    }
}
