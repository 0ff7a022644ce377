package io.ratiskv.lab;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * Requests on single keys whose histories are checked for linearizability. Keys are left behind after a while, so that
 * no history grows too long to be searched.
 */
final class KeyWorkload implements Workload {
    private static final long KEYS_LAST_NANOS = 3_000_000_000L;
    private static final int KEYS = 3;

    private final String name;

    /** From a key and a fresh value to the words of a write. */
    private final List<BiFunction<String, String, List<String>>> writes;

    private final List<String> read;
    private final AtomicLong fresh = new AtomicLong();

    private KeyWorkload(String name, List<String> read, List<BiFunction<String, String, List<String>>> writes) {
        this.name = name;
        this.read = read;
        this.writes = writes;
    }

    static KeyWorkload register() {
        return new KeyWorkload(
                "register",
                List.of("GET"),
                List.of(
                        (key, value) -> List.of("SET", key, value),
                        (key, value) -> List.of("SET", key, value, "IFEQ", before(value, 1)),
                        (key, value) -> List.of("SET", key, value, "IFEQ", before(value, 3))));
    }

    static KeyWorkload counter() {
        return new KeyWorkload("counter", List.of("GET"), List.of((key, value) -> List.of("INCR", key)));
    }

    static KeyWorkload append() {
        return new KeyWorkload(
                "append", List.of("LRANGE", "0", "-1"), List.of((key, value) -> List.of("RPUSH", key, value)));
    }

    static KeyWorkload set() {
        return new KeyWorkload(
                "set",
                List.of("SMEMBERS"),
                List.of(
                        (key, value) -> List.of("SADD", key, value),
                        (key, value) -> List.of("SADD", key, before(value, 2)),
                        (key, value) -> List.of("SREM", key, before(value, 3))));
    }

    /** A value that another client may just have written. */
    private static String before(String value, int by) {
        return Long.toString(Math.max(0, Long.parseLong(value) - by));
    }

    @Override
    public void step(Client client) throws InterruptedException {
        Random random = client.random;
        long generation = client.nanos() / KEYS_LAST_NANOS;
        String key = name + ":" + generation + ":" + random.nextInt(KEYS);
        // Who waits for a write at a leader that is cut off reads nothing from it: in turn a third of the clients only
        // read.
        boolean onlyReads = Math.floorMod(generation + client.home() + name.hashCode(), 3) == 0;
        boolean writes = !onlyReads && random.nextInt(10) < 6;
        List<String> words = writes
                ? this.writes.get(random.nextInt(this.writes.size())).apply(key, Long.toString(fresh.incrementAndGet()))
                : reading(key);
        Client.Answer answer = client.ask(writes, List.of(words));
        if (answer.isAnswered() || answer.outcome() == Client.Outcome.UNKNOWN && writes) {
            client.tally().record(answer.operation());
        }
    }

    private List<String> reading(String key) {
        List<String> words = new java.util.ArrayList<>(read);
        words.add(1, key);
        return words;
    }
}
