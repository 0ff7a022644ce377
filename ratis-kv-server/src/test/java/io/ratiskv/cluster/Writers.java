package io.ratiskv.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Clients of a real library that write without pause through all nodes, move to the next when theirs is gone, and keep
 * account of what was acknowledged and what may have happened. Any thread.
 */
final class Writers implements AutoCloseable {
    private final Processes cluster;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, String> acknowledgedSets = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> acknowledgedAtNanos = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /** What one client knows of its own counter; confined to its thread until it has ended. */
    private static final class Counter {
        long acknowledged;
        long unknown;
        long last;
    }

    Writers(Processes cluster, int clients) {
        this.cluster = cluster;
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().name("writer-" + i).start(() -> write(number)));
        }
    }

    int acknowledged() {
        return acknowledgedAtNanos.size();
    }

    /** The longest time without an acknowledged write that began after {@code fromNanos}. */
    long longestGapMillis(long fromNanos, long toNanos) {
        long last = fromNanos;
        long longest = 0;
        for (long at :
                acknowledgedAtNanos.stream().mapToLong(Long::longValue).sorted().toArray()) {
            if (at >= fromNanos && at <= toNanos) {
                longest = Math.max(longest, at - last);
                last = at;
            }
        }
        return Math.max(longest, toNanos - last) / 1_000_000;
    }

    /** Stops writing. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is wrong with the state as a node shows it; empty when all is well. After {@link #close}. */
    List<String> wrongOn(int node) {
        List<String> wrong = new ArrayList<>(violations);
        try (Jedis client = cluster.connect(node, 30_000)) {
            acknowledgedSets.forEach((key, value) -> {
                String found = client.get(key);
                if (!value.equals(found)) {
                    wrong.add("n" + node + ": " + key + " was acknowledged as " + value + " and is " + found);
                }
            });
            counters.forEach((key, counter) -> {
                String found = client.get(key);
                long value = found == null ? 0 : Long.parseLong(found);
                if (value < counter.acknowledged || value > counter.acknowledged + counter.unknown) {
                    wrong.add("n" + node + ": " + key + " is " + value + " after " + counter.acknowledged
                            + " acknowledged and " + counter.unknown + " unknown");
                }
            });
        }
        return wrong;
    }

    private void write(int number) {
        Counter counter = new Counter();
        counters.put("counter:" + number, counter);
        int node = number % cluster.count() + 1;
        long sequence = 0;
        while (!stopped) {
            try (Jedis client = cluster.connect(node, 10_000)) {
                while (!stopped) {
                    increment(client, "counter:" + number, counter);
                    set(client, "key:" + number + ":" + sequence % 500, Long.toString(sequence));
                    sequence++;
                }
            } catch (JedisException lost) {
                node = node % cluster.count() + 1;
                Processes.pause(5);
            }
        }
    }

    private void increment(Jedis client, String key, Counter counter) {
        counter.unknown++;
        long value;
        try {
            value = client.incr(key);
        } catch (JedisDataException refused) {
            if (nothingHappened(refused)) {
                counter.unknown--;
            }
            return;
        } catch (JedisException lost) {
            if (!client.isConnected() && !client.isBroken()) {
                counter.unknown--; // it never was connected
            }
            throw lost;
        }
        counter.unknown--;
        counter.acknowledged++;
        if (value <= counter.last) {
            violations.add(key + " went from " + counter.last + " to " + value);
        }
        counter.last = value;
        acknowledgedAtNanos.add(System.nanoTime());
    }

    private void set(Jedis client, String key, String value) {
        acknowledgedSets.remove(key); // until it is acknowledged it may be the old value or the new
        try {
            client.set(key, value);
        } catch (JedisDataException refused) {
            return;
        }
        acknowledgedSets.put(key, value);
        acknowledgedAtNanos.add(System.nanoTime());
    }

    private static boolean nothingHappened(JedisDataException refused) {
        return refused.getMessage() != null && !refused.getMessage().startsWith("UNKNOWN");
    }
}
