package io.ratiskv.lab;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the lab is to be. Immutable.
 *
 * @param home of the sources, with the packages built
 * @param nodes 3 or 5
 * @param seconds of faults
 * @param seed of the order of faults
 * @param faults to choose from, a name as often as it is to be likely
 * @param each whether every fault gets a run of its own
 * @param atOnce how many faults overlap
 * @param workloads of clients
 * @param sabotage what the nodes are made to do wrong, to see whether it is found; empty for nothing
 * @param upgradeFrom the sources of another release, with its packages built, whose program the nodes begin with; null
 *     for that of {@code home}
 * @param out where the report goes
 */
record LabOptions(
        Path home,
        int nodes,
        int seconds,
        long seed,
        List<String> faults,
        boolean each,
        int atOnce,
        List<String> workloads,
        String sabotage,
        @Nullable Path upgradeFrom,
        Path out) {
    private static final Set<String> NAMES = Set.of(
            "--home",
            "--nodes",
            "--seconds",
            "--seed",
            "--faults",
            "--at-once",
            "--workloads",
            "--sabotage",
            "--upgrade-from",
            "--out");
    private static final String EACH = "each";
    private static final Set<String> SABOTAGES = Set.of("", "fsync", "reads", "once");

    static LabOptions parse(String[] args, Set<String> faults, Set<String> workloads) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!NAMES.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + ": there is no such option, or it lacks its value");
            }
            given.put(args[i], args[i + 1]);
        }
        String upgradeFrom = given.get("--upgrade-from");
        List<String> usual = upgradeFrom == null ? Fault.DEFAULTS : List.of(Fault.UPGRADE);
        String chosen = given.getOrDefault("--faults", String.join(",", usual));
        boolean each = chosen.equals(EACH);
        String sabotage = oneOf(given.getOrDefault("--sabotage", ""), SABOTAGES);
        return new LabOptions(
                Path.of(given.getOrDefault("--home", ".")).toAbsolutePath(),
                Integer.parseInt(given.getOrDefault("--nodes", "3")),
                Integer.parseInt(given.getOrDefault("--seconds", "60")),
                Long.parseLong(given.getOrDefault("--seed", "1")),
                each ? Fault.DEFAULTS : list(chosen, faults),
                each,
                Integer.parseInt(given.getOrDefault("--at-once", "1")),
                given.containsKey("--workloads") ? list(given.get("--workloads"), workloads) : List.copyOf(workloads),
                sabotage,
                upgradeFrom == null ? null : Path.of(upgradeFrom).toAbsolutePath(),
                Path.of(given.getOrDefault("--out", "target/fault-lab")));
    }

    /** The runs that are asked for: one, or one for each fault. */
    List<LabOptions> runs() {
        return each
                ? faults.stream()
                        .map(fault -> new LabOptions(
                                home,
                                nodes,
                                seconds,
                                seed,
                                List.of(fault),
                                false,
                                atOnce,
                                workloads,
                                sabotage,
                                upgradeFrom,
                                out.resolve(fault.replace(':', '-'))))
                        .toList()
                : List.of(this);
    }

    boolean needsShim() {
        return faults.stream().anyMatch(Fault.SHIMMED::contains);
    }

    private static List<String> list(String text, Set<String> known) {
        List<String> names = Arrays.asList(text.split(","));
        names.forEach(name -> oneOf(name, known));
        return names;
    }

    private static String oneOf(String name, Collection<String> known) {
        if (!known.contains(name)) {
            throw new IllegalArgumentException(name + " is none of " + known);
        }
        return name;
    }
}
