package io.ratiskv.compare;

import io.ratiskv.benchmarks.MachineMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a key costs in memory. Immutable.
 *
 * @param what its type, as {@link MachineMemory} calls it
 * @param members of 16 bytes each; of a string 1
 * @param heapBytes of live heap in ratis-kv
 * @param redisBytes that MEMORY USAGE of a Redis says for the same key, every member counted
 */
record Footprint(String what, int members, double heapBytes, double redisBytes) {
    private static final String KEY = "key:000000000000";

    /** Its ARGV: how many. Words as {@link MachineMemory} makes them. */
    private static final String FILL = """
            redis.call('DEL', KEYS[1])
            for i = 0, ARGV[1] - 1 do
              local member, value = string.format('member:%09d', i), string.format('value-%010d', i)
              redis.call(COMMAND)
            end""";

    private static String adds(String what) {
        return switch (what) {
            case "string" -> "'SET', KEYS[1], value";
            case "string with a deadline" -> "'SET', KEYS[1], value, 'EX', 86400";
            case "hash" -> "'HSET', KEYS[1], member, value";
            case "set" -> "'SADD', KEYS[1], member";
            case "sorted set" -> "'ZADD', KEYS[1], i * 7, member";
            default -> throw new IllegalArgumentException(what);
        };
    }

    /**
     * Measures one after the other: a JVM of its own with the state that a node has, and the same keys in a Redis.
     *
     * @throws IOException if one of the programs fails
     */
    static List<Footprint> measure(Contestant redis) throws IOException, InterruptedException {
        String said = Commands.output(List.of(
                System.getProperty("java.home") + "/bin/java",
                // As bin/ratis-kv-server: from JDK 25 on.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                MachineMemory.class.getName()));
        List<Footprint> footprints = new ArrayList<>();
        for (String line : said.lines().skip(1).toList()) {
            String[] fields = line.split(",", -1);
            String what = fields[0];
            String members = fields[1];
            ask(redis, "EVAL", FILL.replace("COMMAND", adds(what)), "1", KEY, members);
            String usage = ask(redis, "MEMORY", "USAGE", KEY, "SAMPLES", "0");
            ask(redis, "DEL", KEY);
            footprints.add(new Footprint(
                    what, Integer.parseInt(members), Double.parseDouble(fields[2]), Double.parseDouble(usage)));
        }
        return footprints;
    }

    private static String ask(Contestant redis, String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("redis-cli", "-e", "-h", redis.host(), "-p", Integer.toString(redis.port())));
        command.addAll(List.of(words));
        return Commands.output(command).strip();
    }
}
