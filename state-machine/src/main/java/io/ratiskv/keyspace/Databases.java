package io.ratiskv.keyspace;

/**
 * The databases and what surrounds a request while it runs: the log's time, luck. Confined to whoever holds the
 * state's lock.
 */
public interface Databases {
    int COUNT = 16;

    /** 0 to 15. */
    Keyspace keyspace(int database);

    /** The log's time: for writes the only time there is. */
    long nowMillis();

    /**
     * What a read calls now, to tell how long a key still lives: the leader's clock while a read is evaluated alone,
     * else the log's time.
     */
    long readMillis();

    /** 64 evenly distributed bits, the same on every replica; the next call gives others. */
    long luck();

    void swap(int first, int second);

    void flushAll();
}
