package io.ratiskv.keyspace;

import org.jspecify.annotations.Nullable;

/** Which keys go when all of them count more than they may, by Redis' names, in Redis' order. */
public enum EvictionPolicy {
    VOLATILE_LRU("volatile-lru", true, Order.RECENCY),
    VOLATILE_LFU("volatile-lfu", true, Order.FREQUENCY),
    VOLATILE_RANDOM("volatile-random", true, Order.NONE),
    VOLATILE_TTL("volatile-ttl", true, Order.DEADLINE),
    ALLKEYS_LRU("allkeys-lru", false, Order.RECENCY),
    ALLKEYS_LFU("allkeys-lfu", false, Order.FREQUENCY),
    ALLKEYS_RANDOM("allkeys-random", false, Order.NONE),
    NO_EVICTION("noeviction", false, Order.NONE);

    /** What goes first. */
    public enum Order {
        /** What was asked for the longest ago. */
        RECENCY,
        /** What is asked for the least often. */
        FREQUENCY,
        /** What is due the soonest. */
        DEADLINE,
        /** What luck points at. */
        NONE
    }

    private final String word;
    private final boolean volatileOnly;
    private final Order order;

    EvictionPolicy(String word, boolean volatileOnly, Order order) {
        this.word = word;
        this.volatileOnly = volatileOnly;
        this.order = order;
    }

    public String word() {
        return word;
    }

    /** Whether only keys go that would go some time by themselves. */
    public boolean volatileOnly() {
        return volatileOnly;
    }

    public Order order() {
        return order;
    }

    public boolean evicts() {
        return this != NO_EVICTION;
    }

    /** Whether the order depends on who asked for a key and when, which is no part of the state. */
    public boolean byAccesses() {
        return order == Order.RECENCY || order == Order.FREQUENCY;
    }

    /** Null if there is no policy of this name, in either case. */
    public static @Nullable EvictionPolicy of(String word) {
        for (EvictionPolicy policy : values()) {
            if (policy.word.equalsIgnoreCase(word)) {
                return policy;
            }
        }
        return null;
    }
}
