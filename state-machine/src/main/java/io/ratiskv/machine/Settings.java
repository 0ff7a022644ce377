package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Notifications;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.EvictionPolicy;
import io.ratiskv.keyspace.MemoryLimit;
import io.ratiskv.value.Limit;
import io.ratiskv.value.Numeral;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The replicated settings, and what those do that the core knows. Confined to whoever holds the state's lock. */
final class Settings {
    static final String HASH_KEY = "hash-key";

    private static final int HASH_KEY_BYTES = 16;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final TreeMap<String, Bytes> values = new TreeMap<>();

    /** Null if it was never set. */
    @Nullable
    Bytes get(String name) {
        return values.get(name);
    }

    SortedMap<String, Bytes> all() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Takes a value and lets it act. False if the value can not be: then nothing changed. */
    boolean set(String name, Bytes value, Databases databases) {
        Limit limit = Limit.of(name);
        boolean taken = limit != null ? limit(limit, value, databases) : act(name, value, databases);
        if (taken) {
            values.put(name, value.owned());
        }
        return taken;
    }

    private static boolean act(String name, Bytes value, Databases databases) {
        return switch (name) {
            case HASH_KEY -> rehash(value, databases);
            case Notifications.SETTING -> tellOf(Notifications.parse(value), databases);
            case MemoryLimit.MAX_BYTES, MemoryLimit.POLICY, MemoryLimit.SAMPLES ->
                limitMemory(limited(databases.eviction().limit(), name, value), databases);
            // The shell's: kept, replicated and reported, nothing else.
            default -> true;
        };
    }

    private static boolean limitMemory(@Nullable MemoryLimit limit, Databases databases) {
        if (limit == null) {
            return false;
        }
        databases.limitMemory(limit);
        return true;
    }

    /** Null if the value can not be. */
    private static @Nullable MemoryLimit limited(MemoryLimit limit, String name, Bytes value) {
        if (name.equals(MemoryLimit.POLICY)) {
            EvictionPolicy policy = EvictionPolicy.of(value.latin1());
            return policy == null ? null : limit.withPolicy(policy);
        }
        long number = Numeral.parseLong(value).orElse(-1);
        if (name.equals(MemoryLimit.MAX_BYTES)) {
            return number < 0 ? null : limit.withMaxBytes(number);
        }
        return number < 1 || number > MemoryLimit.SAMPLES_MAX ? null : limit.withSamples((int) number);
    }

    private static boolean tellOf(@Nullable Notifications chosen, Databases databases) {
        if (chosen == null) {
            return false;
        }
        databases.tellOf(chosen);
        return true;
    }

    private static boolean rehash(Bytes value, Databases databases) {
        if (value.length() != HASH_KEY_BYTES || !databases.isEmpty()) {
            return false;
        }
        byte[] key = value.toByteArray();
        databases.rehash(new KeyedHash((long) LONGS.get(key, 0), (long) LONGS.get(key, Long.BYTES)));
        return true;
    }

    private static boolean limit(Limit limit, Bytes value, Databases databases) {
        OptionalLong number = Numeral.parseLong(value);
        if (number.isEmpty() || number.getAsLong() < limit.min() || number.getAsLong() > limit.max()) {
            return false;
        }
        databases.limit(databases.shapes().limits().with(limit, number.getAsLong()));
        return true;
    }
}
