package io.ratiskv.compare;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared. Immutable.
 *
 * @param home of the sources, with the packages built
 * @param nodes of ratis-kv and of etcd
 * @param seconds of each load
 * @param repetitions of all
 * @param warmUp by what the time of warming up is multiplied
 * @param only what the name of a work holds
 * @param endpoints {@code host:port} of other stores that speak the Redis protocol, by name
 * @param insert the Markdown file between whose marks the table goes, too; null for none
 * @param out where the report goes
 */
record CompareOptions(
        Path home,
        int nodes,
        int seconds,
        int repetitions,
        double warmUp,
        Pattern only,
        Map<String, String> endpoints,
        @Nullable Path insert,
        Path out) {
    private static final Set<String> NAMES = Set.of(
            "--home",
            "--nodes",
            "--seconds",
            "--repetitions",
            "--warm-up",
            "--only",
            "--endpoint",
            "--insert",
            "--out");

    static CompareOptions parse(String[] args) {
        Map<String, String> given = new HashMap<>();
        Map<String, String> endpoints = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!NAMES.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + ": there is no such option, or it lacks its value");
            }
            if (args[i].equals("--endpoint")) {
                int equals = args[i + 1].indexOf('=');
                if (equals < 0 || args[i + 1].indexOf(':', equals) < 0) {
                    throw new IllegalArgumentException("--endpoint must be NAME=HOST:PORT, not " + args[i + 1]);
                }
                endpoints.put(args[i + 1].substring(0, equals), args[i + 1].substring(equals + 1));
            } else {
                given.put(args[i], args[i + 1]);
            }
        }
        String insert = given.get("--insert");
        return new CompareOptions(
                Path.of(given.getOrDefault("--home", ".")).toAbsolutePath(),
                Integer.parseInt(given.getOrDefault("--nodes", "3")),
                Integer.parseInt(given.getOrDefault("--seconds", "5")),
                Integer.parseInt(given.getOrDefault("--repetitions", "3")),
                Double.parseDouble(given.getOrDefault("--warm-up", "1")),
                Pattern.compile(given.getOrDefault("--only", "")),
                endpoints,
                insert == null ? null : Path.of(insert),
                Path.of(given.getOrDefault("--out", "target/compare")));
    }
}
