package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Commands, from a seed, that make keys of every type in some databases: few elements and many, short and long, with
 * deadlines and without. The same for Redis 7.0 and the library. Confined to one thread.
 */
final class Dataset {
    static final int[] DATABASES = {0, 3, 15};

    private static final int KEYS = 4;

    private final SplittableRandom random;
    private final long nowMillis;
    private final List<Bytes[]> commands = new ArrayList<>();

    private Dataset(long seed, long nowMillis) {
        this.random = new SplittableRandom(seed);
        this.nowMillis = nowMillis;
    }

    /** @param nowMillis deadlines are hours behind it */
    static List<Bytes[]> of(long seed, long nowMillis) {
        Dataset dataset = new Dataset(seed, nowMillis);
        dataset.add("FUNCTION", "LOAD", library("one"));
        dataset.add("FUNCTION", "LOAD", library("other"));
        for (int database : DATABASES) {
            dataset.add("SELECT", database);
            dataset.fill();
        }
        return dataset.commands;
    }

    private static String library(String name) {
        return "#!lua name=" + name + "\nredis.register_function('f_" + name + "', function(keys, args) return '"
                + "long ".repeat(40) + "' end)";
    }

    private void fill() {
        for (int i = 0; i < KEYS; i++) {
            int size = random.nextInt(3) == 0 ? 400 : 1 + random.nextInt(5);
            add("SET", key("string", i), word());
            for (int left = size; left > 0; left--) {
                add("RPUSH", key("list", i), word(), word());
                add("SADD", key("set", i), word());
                add("SADD", key("integers", i), random.nextLong() >> random.nextInt(64));
                add("HSET", key("hash", i), word(), word());
                add("ZADD", key("zset", i), score(), word());
            }
            addStream(key("stream", i), size);
            for (String type : List.of("string", "list", "set", "hash", "zset", "stream")) {
                if (random.nextInt(3) == 0) {
                    add("PEXPIREAT", key(type, i), nowMillis + 3_600_000L * (1 + random.nextInt(1_000)));
                }
            }
        }
        add("XGROUP", "CREATE", "nothing in it", "g", "$", "MKSTREAM");
        add("SETRANGE", "long string", 30_000, "end");
        add("SET", Bytes.wrap(new byte[] {(byte) 0xff, 0, '\r', '\n'}), Bytes.EMPTY);
    }

    private void addStream(String key, int size) {
        for (int id = 1; id <= size; id++) {
            add("XADD", key, id + "-" + random.nextInt(5), "f" + random.nextInt(6) / 5, word());
        }
        add("XGROUP", "CREATE", key, "g", "0", "ENTRIESREAD", "0");
        add("XGROUP", "CREATE", key, "idle", "2-0");
        add("XGROUP", "CREATECONSUMER", key, "g", "nobody");
        for (int consumer = 0; consumer < 2; consumer++) {
            // By name, so that the times of the delivery are the same everywhere.
            for (int id = 1; id <= Math.min(size, 4); id++) {
                int sequence = random.nextInt(5);
                add(
                        "XCLAIM",
                        key,
                        "g",
                        "c" + consumer,
                        0,
                        id + "-" + sequence,
                        "TIME",
                        nowMillis - 500 - id,
                        "RETRYCOUNT",
                        random.nextInt(9),
                        "FORCE",
                        "JUSTID");
            }
        }
        if (size > 10) {
            for (int sequence = 0; sequence < 5; sequence++) {
                add("XDEL", key, "8-" + sequence, size + "-" + sequence);
            }
        }
    }

    private String key(String type, int number) {
        return type + ":" + number;
    }

    private String score() {
        return switch (random.nextInt(6)) {
            case 0 -> "inf";
            case 1 -> "-inf";
            case 2 -> Double.toString(random.nextInt() / 7.0);
            default -> Integer.toString(random.nextInt(-100, 100));
        };
    }

    /** Integers of every width, texts that can be compressed and texts that can not. */
    private Bytes word() {
        return switch (random.nextInt(5)) {
            case 0 -> Bytes.of(random.nextLong() >> random.nextInt(64));
            case 1 -> Bytes.of("ab".repeat(1 + random.nextInt(200)));
            default -> {
                byte[] bytes = new byte[1 + random.nextInt(random.nextInt(30) == 0 ? 20_000 : 80)];
                random.nextBytes(bytes);
                yield Bytes.wrap(bytes);
            }
        };
    }

    private void add(Object... words) {
        commands.add(words(words));
    }

    static Bytes[] words(Object... words) {
        return Arrays.stream(words)
                .map(word -> word instanceof Bytes bytes ? bytes : Bytes.of(word.toString()))
                .toArray(Bytes[]::new);
    }
}
