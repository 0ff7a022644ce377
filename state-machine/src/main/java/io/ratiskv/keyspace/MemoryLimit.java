package io.ratiskv.keyspace;

/**
 * How much all keys may count in the memory account, and what goes when they count more. Immutable.
 *
 * @param maxBytes 0 for no limit
 * @param samples how many keys are looked at for each that goes
 */
public record MemoryLimit(long maxBytes, EvictionPolicy policy, int samples) {
    // The replicated settings' names.
    public static final String MAX_BYTES = "maxmemory";
    public static final String POLICY = "maxmemory-policy";
    public static final String SAMPLES = "maxmemory-samples";

    /** More looks would not find better keys, only take longer. */
    public static final int SAMPLES_MAX = 64;

    /** As Redis is configured when nothing is said. */
    public static final MemoryLimit NONE = new MemoryLimit(0, EvictionPolicy.NO_EVICTION, 5);

    public MemoryLimit withMaxBytes(long bytes) {
        return new MemoryLimit(bytes, policy, samples);
    }

    public MemoryLimit withPolicy(EvictionPolicy other) {
        return new MemoryLimit(maxBytes, other, samples);
    }

    public MemoryLimit withSamples(int count) {
        return new MemoryLimit(maxBytes, policy, count);
    }

    /** Whether so many bytes are too many. */
    boolean isExceededBy(long bytes) {
        return maxBytes > 0 && bytes > maxBytes;
    }

    /**
     * Down to where the state itself evicts, without help: where accesses decide, the leader, which knows them, has a
     * sixteenth of the limit as its time to act.
     */
    long bytesWithoutLeader() {
        long slack = policy.byAccesses() ? maxBytes >> 4 : 0;
        return maxBytes + Math.min(slack, Long.MAX_VALUE - maxBytes);
    }
}
