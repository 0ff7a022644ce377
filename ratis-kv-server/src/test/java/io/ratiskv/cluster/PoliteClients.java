package io.ratiskv.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Well-behaved clients of a real library, one per node: each sets a key and reads it back, one request at a time on one
 * connection, and holds the time of the longest wait. Any thread.
 */
final class PoliteClients implements AutoCloseable {
    /** A request that waits longer has failed. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private volatile boolean stopped;

    PoliteClients(Processes cluster) {
        for (int node = 1; node <= cluster.count(); node++) {
            int number = node;
            threads.add(Thread.ofPlatform().name("polite-" + node).start(() -> talk(cluster, number)));
        }
    }

    long answered() {
        return answered.get();
    }

    /** The longest wait for an answer since the last time this was asked. */
    long longestMillis() {
        return longestNanos.getAndSet(0) / 1_000_000;
    }

    /** What went wrong first, or null: an error, a wrong answer, a connection that was closed. */
    @Nullable
    String failure() {
        return failure.get();
    }

    private void talk(Processes cluster, int node) {
        String key = "polite:" + node;
        try (Jedis client = cluster.connect(node, TIMEOUT_MILLIS)) {
            for (long sequence = 0; !stopped; sequence++) {
                String value = Long.toString(sequence);
                long from = System.nanoTime();
                String set = client.set(key, value);
                long between = System.nanoTime();
                String found = client.get(key);
                long to = System.nanoTime();
                longestNanos.accumulateAndGet(Math.max(between - from, to - between), Math::max);
                if (!"OK".equals(set) || !value.equals(found)) {
                    failure.compareAndSet(null, key + " was set to " + value + ": " + set + ", and is " + found);
                    return;
                }
                answered.addAndGet(2);
            }
        } catch (JedisException e) {
            failure.compareAndSet(null, "node " + node + ": " + e);
        }
    }

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
}
