package io.ratiskv.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Clocks that are stepped and disks that fail or dawdle under a running node, each on a node, on the leader or on all of
 * them. Stateless; on the threads of nemeses.
 */
final class ShimFaults {
    private static final int HOUR_MILLIS = 3_600_000;

    /** A node whose disk failed it ends within this time, unless another fault stops it for a while. */
    private static final int END_SECONDS = 15;

    private static final String ANY = "";
    private static final String VOTE = "raft-meta";

    /** Parts of the paths of what is struck: anything, or what a vote, an entry or a committed index is kept in. */
    private static final List<String> FILES = List.of(ANY, VOTE, "log_", "committed");

    /** Whose disk fails, and what ran there when that began. */
    private record Struck(int node, Process process, Shim shim, long struckBefore) {}

    private ShimFaults() {}

    static Map<String, Fault> all() {
        Map<String, Fault> all = new LinkedHashMap<>();
        all.put("clock-steps", ShimFaults::stepClocks);
        all.put("fsync-errors", (cluster, random) -> spoilDisk(cluster, random, Shim::failSyncs));
        all.put("write-errors", (cluster, random) -> spoilDisk(cluster, random, Shim::failWrites));
        all.put("torn-writes", (cluster, random) -> spoilDisk(cluster, random, Shim::tearWrite));
        all.put("slow-disk", ShimFaults::slowDisk);
        return Collections.unmodifiableMap(all);
    }

    /** A few steps of up to an hour, forth and back, each clock by itself; then all are right again. */
    private static void stepClocks(Cluster cluster, Random random) throws InterruptedException {
        List<Integer> victims = victims(cluster, random);
        int steps = 1 + random.nextInt(3);
        for (int step = 0; step < steps; step++) {
            for (int node : victims) {
                cluster.shim(node).stepClock(random.nextInt(-HOUR_MILLIS, HOUR_MILLIS + 1));
            }
            if (random.nextBoolean()) {
                // A new leader goes on from the later of its clock and the log's.
                Fault.ask(cluster, Fault.any(cluster, random), "RAFT.TRANSFER");
            }
            Fault.hold(random, 1_000, 3_000);
        }
        for (int node : victims) {
            cluster.shim(node).stepClock(0);
        }
        Fault.hold(random, 1_000, 2_000);
    }

    /** Breaks a disk; {@code count} is how many calls fail, or {@link Shim#ALL}. */
    @FunctionalInterface
    private interface Defect {
        void afflict(Shim shim, int count);
    }

    /**
     * Either all fails for a while, or one call on one kind of file: an error that passes is the worse one, for what goes
     * on after it goes on without what was lost. Only a vote may be written again, in a later term.
     */
    private static void spoilDisk(Cluster cluster, Random random, Defect defect)
            throws IOException, InterruptedException, Violation {
        List<Integer> victims = victims(cluster, random);
        String only = FILES.get(random.nextInt(FILES.size()));
        boolean passes = !only.equals(ANY) && random.nextBoolean();
        List<Struck> struck = new ArrayList<>();
        for (int node : victims) {
            Shim shim = cluster.shim(node);
            struck.add(new Struck(node, cluster.process(node), shim, shim.struck()));
            shim.only(only);
            defect.afflict(shim, passes ? 1 : Shim.ALL);
        }
        if (only.equals(VOTE)) {
            // It is written when there is a new term.
            Fault.ask(cluster, Fault.any(cluster, random), "RAFT.TRANSFER");
        }
        Fault.hold(random, 2_000, 5_000);
        for (Struck victim : struck) {
            victim.shim.healDisk();
            victim.shim.only(ANY);
        }
        for (Struck victim : struck) {
            long errors = victim.shim.struck() - victim.struckBefore;
            if (errors == 0 || victim.process.waitFor(END_SECONDS, TimeUnit.SECONDS)) continue;
            if (!only.equals(ANY) && !only.equals(VOTE) || !cluster.storesItsTerm(victim.node)) {
                throw new Violation("n" + victim.node + " goes on after " + errors + " errors of its disk (files: "
                        + (only.isEmpty() ? "all" : only) + ")");
            }
        }
        Fault.hold(random, 3_000, 4_000);
    }

    /** Syncs that take from a twentieth of a second to four. */
    private static void slowDisk(Cluster cluster, Random random) throws InterruptedException {
        List<Integer> victims = victims(cluster, random);
        for (int node : victims) {
            cluster.shim(node).delaySyncs((int) (50 * Math.pow(80, random.nextDouble())));
        }
        Fault.hold(random, 3_000, 8_000);
        for (int node : victims) {
            cluster.shim(node).healDisk();
        }
        Fault.hold(random, 1_000, 2_000);
    }

    private static List<Integer> victims(Cluster cluster, Random random) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> List.of(Fault.any(cluster, random));
            case 2, 3 -> List.of(Fault.leader(cluster, random));
            default -> Fault.everyone(cluster);
        };
    }
}
