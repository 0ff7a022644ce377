package io.ratiskv.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The fault lab: real processes in namespaces of this machine, clients that note what they see, faults from a seeded
 * random order, and the question whether what was seen can have happened. See {@code benchmarks/fault-lab.sh}.
 */
public final class Lab {
    private static final Map<String, Supplier<Workload>> WORKLOADS = workloads();
    private static final long START_SECONDS = 120;
    private static final long RECOVERY_SECONDS = 60;

    private final LabOptions options;
    private final Timeline timeline = new Timeline(System.out);
    private final Tally tally = new Tally(timeline);
    private final AtomicBoolean calm = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private Lab(LabOptions options) {
        this.options = options;
    }

    private static Map<String, Supplier<Workload>> workloads() {
        Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
        all.put("register", KeyWorkload::register);
        all.put("counter", KeyWorkload::counter);
        all.put("append", KeyWorkload::append);
        all.put("set", KeyWorkload::set);
        all.put("transfer", TransferWorkload::new);
        all.put("queue", QueueWorkload::new);
        all.put("expiry", ExpiryWorkload::new);
        return all;
    }

    /** Exit codes: 0 nothing found, 1 a violation, 2 the lab itself failed. */
    public static void main(String[] args) {
        LabOptions options;
        try {
            options = LabOptions.parse(args, Fault.ALL.keySet(), WORKLOADS.keySet());
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        int code = 0;
        if (options.needsShim() && !Shim.exists(options.home())) {
            System.out.println(String.join(", ", Fault.SHIMMED) + " need " + Shim.library(options.home())
                    + ", which this script makes where there is a compiler: install gcc and the headers of the C library"
                    + " (apt-get install gcc libc6-dev), or name other faults with --faults");
            code = 2;
        } else {
            for (LabOptions run : options.runs()) {
                code = Math.max(code, exitCodeOf(run, options.out()));
            }
        }
        System.out.flush();
        // Clients may still wait for nodes that are gone.
        Runtime.getRuntime().halt(code);
    }

    private static int exitCodeOf(LabOptions options, Path tables) {
        try {
            return new Lab(options).run(tables) ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            e.printStackTrace(System.out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 2;
    }

    private boolean run(Path tables) throws IOException, InterruptedException {
        System.out.println(options);
        Path directory = Files.createTempDirectory("fault-lab");
        List<String> arguments = options.sabotage().equals("fsync") ? List.of("--fsync=relaxed") : List.of();
        try (Network network = Network.open(options.nodes());
                Cluster cluster = new Cluster(
                        options.nodes(),
                        options.home(),
                        Objects.requireNonNullElse(options.upgradeFrom(), options.home()),
                        directory,
                        network,
                        arguments,
                        options.sabotage().equals("fsync") ? "" : options.sabotage(),
                        timeline)) {
            if (options.needsShim()) {
                cluster.preload(Shim.library(options.home()));
            }
            cluster.startAll();
            if (awaitWrites(cluster, START_SECONDS) < 0) {
                throw new IOException("not every node takes a write " + START_SECONDS + " s after the start");
            }
            List<Workload> workloads =
                    options.workloads().stream().map(Lab::workload).toList();
            try (Connection connection = new Connection(cluster.respAddress(1), 10_000)) {
                for (Workload workload : workloads) {
                    workload.prepare(connection);
                }
            } catch (Connection.ErrorReply refused) {
                throw new IOException("the accounts could not be made", refused);
            }
            List<Thread> clients = startClients(cluster, workloads);
            startWatch(cluster);
            endure(cluster);
            heal(cluster);
            double recovered = awaitWrites(cluster, RECOVERY_SECONDS);
            if (recovered < 0) {
                tally.violated("not every node takes a write " + RECOVERY_SECONDS + " s after the last fault");
            } else {
                timeline.note("writes again %.1f s after the last fault".formatted(recovered));
            }
            TimeUnit.SECONDS.sleep(2);
            stopped.set(true);
            for (Thread client : clients) {
                client.join();
            }
            checkWorkloads(cluster, workloads);
        }
        checkKeys();
        return new LabReport(options, timeline, tally).write(directory, tables);
    }

    private static Workload workload(String name) {
        return Objects.requireNonNull(WORKLOADS.get(name)).get();
    }

    private List<Thread> startClients(Cluster cluster, List<Workload> workloads) {
        List<Thread> clients = new ArrayList<>();
        long seed = options.seed();
        for (Workload workload : workloads) {
            for (int i = 0; i < options.nodes(); i++) {
                Client client = new Client(workload, cluster, timeline, tally, ++seed, 1 + i, stopped::get);
                clients.add(Thread.ofPlatform().daemon().name("client-" + seed).start(client));
            }
        }
        return clients;
    }

    /** Notes who leads. */
    private void startWatch(Cluster cluster) {
        Thread.ofPlatform().daemon().name("watch").start(() -> {
            int known = 0;
            while (!stopped.get()) {
                int leader = cluster.leader();
                if (leader != 0 && leader != known) {
                    timeline.note("n" + leader + " leads");
                    known = leader;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(100);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
    }

    private void endure(Cluster cluster) throws IOException, InterruptedException {
        List<Thread> nemeses = new ArrayList<>();
        for (int i = 0; i < options.atOnce(); i++) {
            Random random = new Random(options.seed() + 1_000L * i);
            nemeses.add(Thread.ofPlatform().daemon().name("nemesis-" + i).start(() -> torment(cluster, random)));
        }
        TimeUnit.SECONDS.sleep(options.seconds());
        calm.set(true);
        for (Thread nemesis : nemeses) {
            nemesis.join();
        }
    }

    private void torment(Cluster cluster, Random random) {
        try {
            while (!calm.get()) {
                String name =
                        options.faults().get(random.nextInt(options.faults().size()));
                long from = timeline.nanos();
                timeline.note(name);
                try {
                    Objects.requireNonNull(Fault.ALL.get(name)).strike(cluster, random);
                } catch (IOException failed) {
                    timeline.note(name + " could not be done: " + failed.getMessage());
                } catch (Violation violation) {
                    tally.violated(name + ": " + violation.getMessage());
                }
                timeline.span(name, from, timeline.nanos());
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void heal(Cluster cluster) throws IOException, InterruptedException {
        cluster.network().unblockAll();
        for (int node = 1; node <= cluster.size(); node++) {
            cluster.unfill(node);
            cluster.clearShim(node);
            cluster.signal(node, "CONT");
            cluster.start(node);
            if (cluster.isOlder(node)) cluster.upgrade(node);
        }
    }

    /** Until every node takes a write; the seconds that took, -1 when it takes longer. */
    private double awaitWrites(Cluster cluster, long seconds) throws IOException, InterruptedException {
        long from = timeline.nanos();
        for (int node = 1; node <= cluster.size(); node++) {
            while (!takesWrite(cluster, node)) {
                if (timeline.nanos() - from > TimeUnit.SECONDS.toNanos(seconds)) {
                    timeline.note("n" + node + " takes no write; see " + cluster.log(node));
                    return -1;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        return (timeline.nanos() - from) / 1e9;
    }

    private static boolean takesWrite(Cluster cluster, int node) {
        try (Connection connection = new Connection(cluster.respAddress(node), 5_000)) {
            return connection.ask("SET", "serving", "n" + node).equals("OK");
        } catch (IOException | Connection.ErrorReply down) {
            return false;
        }
    }

    private void checkWorkloads(Cluster cluster, List<Workload> workloads) throws IOException, InterruptedException {
        try (Connection connection = new Connection(cluster.respAddress(1), 10_000)) {
            for (Workload workload : workloads) {
                workload.check(connection, tally);
            }
            compareReplicas(cluster, connection);
        } catch (Connection.ErrorReply refused) {
            throw new IOException("the last look failed", refused);
        }
    }

    /** As the nodes do it themselves: asked for a digest, each tells its own to the others. */
    private void compareReplicas(Cluster cluster, Connection connection)
            throws IOException, Connection.ErrorReply, InterruptedException {
        connection.ask("RAFT.STATUS");
        long from = timeline.nanos();
        while (cluster.metric(1, "ratiskv_digests_compared_total") < cluster.size()) {
            if (timeline.nanos() - from > TimeUnit.SECONDS.toNanos(30)) {
                tally.violated("the replicas could not be compared");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        for (int node = 1; node <= cluster.size(); node++) {
            if (cluster.metric(node, "ratiskv_digests_differing_total") > 0) {
                tally.violated("n" + node + " saw replicas that are not the same; see " + cluster.log(node));
            }
        }
    }

    private void checkKeys() {
        Map<String, List<Operation>> byKey = new TreeMap<>();
        tally.history()
                .forEach(operation -> byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>())
                        .add(operation));
        byKey.forEach((key, operations) -> {
            List<Operation> violation = new Linearizability(new Model()).violation(operations);
            if (!violation.isEmpty()) {
                StringBuilder text = new StringBuilder(key + " is not linearizable:");
                violation.forEach(operation -> text.append("\n    ").append(operation));
                tally.violated(text.toString());
            }
        });
        System.out.printf("checked %d operations on %d keys%n", tally.history().size(), byKey.size());
    }
}
