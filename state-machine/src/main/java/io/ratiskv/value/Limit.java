package io.ratiskv.value;

import org.jspecify.annotations.Nullable;

/** Up to where a value is kept compact, or a part of it grows: replicated settings under Redis' names. */
public enum Limit {
    /** Of a counter of distinct elements in its sparse form. */
    COUNTER_BYTES("hll-sparse-max-bytes", null, 3000),
    HASH_ENTRIES("hash-max-listpack-entries", "hash-max-ziplist-entries", 128),
    /** Of a field or its value. */
    HASH_VALUE_BYTES("hash-max-listpack-value", "hash-max-ziplist-value", 64),
    /** Of a list: so many elements, or, below 0, the number of a size in bytes. */
    LIST_PACK("list-max-listpack-size", "list-max-ziplist-size", -2, Integer.MIN_VALUE, Integer.MAX_VALUE),
    SET_INTEGERS("set-max-intset-entries", null, 512),
    SET_ENTRIES("set-max-listpack-entries", null, 128),
    SET_VALUE_BYTES("set-max-listpack-value", null, 64),
    SORTED_SET_ENTRIES("zset-max-listpack-entries", "zset-max-ziplist-entries", 128),
    SORTED_SET_MEMBER_BYTES("zset-max-listpack-value", "zset-max-ziplist-value", 64),
    /** Of a node of a stream; 0 for the most there can be. */
    STREAM_NODE_BYTES("stream-node-max-bytes", null, 4096),
    /** Of a node of a stream; 0 for as many as its bytes allow. */
    STREAM_NODE_ENTRIES("stream-node-max-entries", null, 100);

    private final String setting;
    private final @Nullable String olderName;
    private final long standard;
    private final long min;
    private final long max;

    Limit(String setting, @Nullable String olderName, long standard) {
        this(setting, olderName, standard, 0, Long.MAX_VALUE);
    }

    Limit(String setting, @Nullable String olderName, long standard, long min, long max) {
        this.setting = setting;
        this.olderName = olderName;
        this.standard = standard;
        this.min = min;
        this.max = max;
    }

    /** Its name in CONFIG. */
    public String setting() {
        return setting;
    }

    /** The name that older releases of Redis had for it, null if there is none. */
    public @Nullable String olderName() {
        return olderName;
    }

    /** What Redis 7.2 has when nothing is said. */
    public long standard() {
        return standard;
    }

    public long min() {
        return min;
    }

    public long max() {
        return max;
    }

    /** The limit that {@link #setting} names; null if none is named so. */
    public static @Nullable Limit of(String setting) {
        for (Limit limit : values()) {
            if (limit.setting.equals(setting)) {
                return limit;
            }
        }
        return null;
    }
}
