package io.ratiskv.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One thing that goes wrong: it begins, lasts and is over when the call returns. On the thread of a nemesis. */
@FunctionalInterface
interface Fault {
    /**
     * @throws IOException if it could not be done
     * @throws Violation if a node did not bear it as it must
     */
    void strike(Cluster cluster, Random random) throws IOException, InterruptedException, Violation;

    /** Logs and disks are damaged on this node alone: a minority keeps what it had. */
    int DAMAGED = 1;

    /** Without {@code --upgrade-from} nothing happens. */
    String UPGRADE = "upgrade";

    /** All, by the names that the command line takes. */
    Map<String, Fault> ALL = all();

    /** Those that need {@link Shim} in the nodes. */
    Set<String> SHIMMED = ShimFaults.all().keySet();

    /** Those that a run takes in turn unless told otherwise. */
    List<String> DEFAULTS = ALL.keySet().stream()
            .filter(name -> !name.equals("powerloss") && !name.equals(UPGRADE))
            .toList();

    private static Map<String, Fault> all() {
        Map<String, Fault> all = new LinkedHashMap<>();
        all.put("kill:leader", (cluster, random) -> kill(cluster, random, List.of(leader(cluster, random))));
        all.put("kill:any", (cluster, random) -> kill(cluster, random, List.of(any(cluster, random))));
        all.put("kill:all", (cluster, random) -> kill(cluster, random, everyone(cluster)));
        all.put("pause:leader", (cluster, random) -> pause(cluster, random, leader(cluster, random)));
        all.put("pause:any", (cluster, random) -> pause(cluster, random, any(cluster, random)));
        all.put("partition:leader", (cluster, random) -> {
            cut(cluster, List.of(leader(cluster, random)), true, true);
            hold(random, 1_000, 6_000);
            cluster.network().unblockAll();
        });
        all.put("partition:minority", (cluster, random) -> {
            List<Integer> nodes = new ArrayList<>(everyone(cluster));
            Collections.shuffle(nodes, random);
            cut(cluster, nodes.subList(0, (cluster.size() - 1) / 2), true, true);
            hold(random, 1_000, 6_000);
            cluster.network().unblockAll();
        });
        all.put("partition:in", (cluster, random) -> {
            cut(cluster, List.of(leader(cluster, random)), false, true);
            hold(random, 1_000, 6_000);
            cluster.network().unblockAll();
        });
        all.put("partition:out", (cluster, random) -> {
            cut(cluster, List.of(leader(cluster, random)), true, false);
            hold(random, 1_000, 6_000);
            cluster.network().unblockAll();
        });
        all.put("partition:bridge", Fault::bridge);
        all.put("flap", Fault::flap);
        all.put("transfer", (cluster, random) -> ask(cluster, any(cluster, random), "RAFT.TRANSFER"));
        all.put("snapshot", (cluster, random) -> ask(cluster, any(cluster, random), "RAFT.SNAPSHOT"));
        all.put("rolling", Fault::rolling);
        all.put(UPGRADE, Fault::upgrade);
        all.put("diskfull:leader", (cluster, random) -> fill(cluster, random, List.of(leader(cluster, random))));
        all.put("diskfull:all", (cluster, random) -> fill(cluster, random, everyone(cluster)));
        all.put(
                "bitflip",
                (cluster, random) -> damage(cluster, file -> {
                    long at = 8 + (long) (random.nextDouble() * (Cluster.endOfEntries(file.path()) - 9));
                    file.bytes().seek(at);
                    int value = file.bytes().read();
                    file.bytes().seek(at);
                    file.bytes().write(value ^ 1 << random.nextInt(8));
                }));
        all.put(
                "truncate",
                (cluster, random) -> damage(cluster, file -> {
                    long end = Cluster.endOfEntries(file.path());
                    file.bytes().setLength(8 + (long) (random.nextDouble() * (end - 8)));
                }));
        all.put(
                "zerotail",
                (cluster, random) -> damage(cluster, file -> {
                    long size = file.bytes().length();
                    long end = Cluster.endOfEntries(file.path());
                    file.bytes().setLength(8 + (long) (random.nextDouble() * (end - 8)));
                    file.bytes().setLength(size);
                }));
        all.put("powerloss", Fault::powerLoss);
        all.putAll(ShimFaults.all());
        return Collections.unmodifiableMap(all);
    }

    private static void kill(Cluster cluster, Random random, List<Integer> victims)
            throws IOException, InterruptedException {
        victims.parallelStream().forEach(cluster::kill);
        hold(random, 100, 3_000);
        for (int node : victims) {
            cluster.start(node);
        }
        awaitReady(cluster, victims);
        hold(random, 1_000, 3_000);
    }

    /**
     * A fault that strikes the next node meanwhile would take the majority. Not for ever: others may be under way that keep
     * a node from being ready.
     */
    private static void awaitReady(Cluster cluster, List<Integer> nodes) throws InterruptedException {
        for (int i = 0; i < 300 && !nodes.stream().allMatch(cluster::isReady); i++) {
            Thread.sleep(100);
        }
    }

    private static void pause(Cluster cluster, Random random, int node) throws InterruptedException {
        cluster.signal(node, "STOP");
        hold(random, 500, 8_000);
        cluster.signal(node, "CONT");
        hold(random, 500, 2_000);
    }

    /** The nodes lose what they send, or what is sent to them, or both. */
    private static void cut(Cluster cluster, List<Integer> nodes, boolean sent, boolean received)
            throws IOException, InterruptedException {
        for (int node : nodes) {
            for (int other : everyone(cluster)) {
                if (nodes.contains(other)) continue;
                if (sent) cluster.network().block(node, other);
                if (received) cluster.network().block(other, node);
            }
        }
    }

    /** Two that do not reach each other, while all others reach both. */
    private static void bridge(Cluster cluster, Random random) throws IOException, InterruptedException {
        int leader = leader(cluster, random);
        int other = leader % cluster.size() + 1;
        cluster.network().block(leader, other);
        cluster.network().block(other, leader);
        hold(random, 2_000, 6_000);
        cluster.network().unblockAll();
    }

    private static void flap(Cluster cluster, Random random) throws IOException, InterruptedException {
        for (int i = 0; i < 8; i++) {
            cut(cluster, List.of(leader(cluster, random)), true, true);
            hold(random, 200, 1_000);
            cluster.network().unblockAll();
            hold(random, 200, 1_000);
        }
    }

    private static void rolling(Cluster cluster, Random random) throws IOException, InterruptedException {
        for (int node : everyone(cluster)) {
            cluster.stop(node);
            cluster.start(node);
            awaitReady(cluster, List.of(node));
            hold(random, 500, 1_500);
        }
    }

    /** One node more, the leader last, as operators are told to; both releases then serve together for a while. */
    private static void upgrade(Cluster cluster, Random random) throws IOException, InterruptedException {
        List<Integer> older = new ArrayList<>(everyone(cluster));
        older.removeIf(node -> !cluster.isOlder(node));
        if (older.size() > 1) older.removeAll(List.of(cluster.leader()));
        if (!older.isEmpty()) {
            int node = older.get(random.nextInt(older.size()));
            cluster.upgrade(node);
            awaitReady(cluster, List.of(node));
        }
        hold(random, 2_000, 4_000);
    }

    private static void fill(Cluster cluster, Random random, List<Integer> nodes)
            throws IOException, InterruptedException {
        for (int node : nodes) {
            cluster.fill(node, 64);
        }
        hold(random, 3_000, 6_000);
        for (int node : nodes) {
            cluster.unfill(node);
        }
        hold(random, 1_000, 2_000);
    }

    /** The newest file of a log. */
    record LogFile(Path path, RandomAccessFile bytes) {}

    /** Writes into a log behind the back of its node. */
    @FunctionalInterface
    interface Vandal {
        void spoil(LogFile file) throws IOException;
    }

    /** A node that refuses to start on what it finds is made anew, as the operator is told to. */
    private static void damage(Cluster cluster, Vandal vandal) throws IOException, InterruptedException {
        cluster.kill(DAMAGED);
        Path segment = cluster.openSegment(DAMAGED);
        try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
            vandal.spoil(new LogFile(segment, bytes));
        }
        if (cluster.refusesToStart(DAMAGED)) {
            cluster.rebuild(DAMAGED);
        }
        cluster.start(DAMAGED);
        awaitReady(cluster, List.of(DAMAGED));
        Thread.sleep(1_000);
    }

    /**
     * All lose what their disks may not have had yet. Only with {@code --fsync relaxed}, which confirms before the sync,
     * is that anything: it shows that the lab notices.
     */
    private static void powerLoss(Cluster cluster, Random random) throws IOException, InterruptedException {
        everyone(cluster).parallelStream().forEach(cluster::kill);
        for (int node : everyone(cluster)) {
            Path segment = cluster.openSegment(node);
            try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
                bytes.setLength(Math.max(8, Cluster.endOfEntries(segment) - (64 << 10)));
            }
        }
        for (int node : everyone(cluster)) {
            cluster.start(node);
        }
        hold(random, 3_000, 5_000);
    }

    static void ask(Cluster cluster, int node, String command) throws InterruptedException {
        try (Connection connection = new Connection(cluster.respAddress(node), 10_000)) {
            connection.ask(command);
        } catch (IOException | Connection.ErrorReply refused) {
            // Other faults may be under way.
        }
        Thread.sleep(1_000);
    }

    static List<Integer> everyone(Cluster cluster) {
        List<Integer> nodes = new ArrayList<>();
        for (int node = 1; node <= cluster.size(); node++) {
            nodes.add(node);
        }
        return nodes;
    }

    static int any(Cluster cluster, Random random) {
        return 1 + random.nextInt(cluster.size());
    }

    /** The one that says so, or any. */
    static int leader(Cluster cluster, Random random) {
        int any = any(cluster, random);
        int leader = cluster.leader();
        return leader == 0 ? any : leader;
    }

    static void hold(Random random, int leastMillis, int mostMillis) throws InterruptedException {
        Thread.sleep(leastMillis + random.nextInt(mostMillis - leastMillis));
    }
}
