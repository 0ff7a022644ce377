package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Shapes;
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
    private static final String HASH_ENTRIES = "hash-max-listpack-entries";
    private static final String HASH_VALUE_BYTES = "hash-max-listpack-value";

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
        switch (name) {
            case HASH_KEY -> {
                if (value.length() != HASH_KEY_BYTES || !databases.isEmpty()) {
                    return false;
                }
                byte[] key = value.toByteArray();
                databases.rehash(new KeyedHash((long) LONGS.get(key, 0), (long) LONGS.get(key, Long.BYTES)));
            }
            case HASH_ENTRIES -> {
                OptionalLong entries = Numeral.parseLong(value);
                if (entries.isEmpty() || entries.getAsLong() < 0) {
                    return false;
                }
                Shapes.Limits old = databases.shapes().limits();
                databases.limit(new Shapes.Limits(entries.getAsLong(), old.hashValueBytesMax()));
            }
            case HASH_VALUE_BYTES -> {
                OptionalLong bytes = Numeral.parseLong(value);
                if (bytes.isEmpty() || bytes.getAsLong() < 0) {
                    return false;
                }
                Shapes.Limits old = databases.shapes().limits();
                databases.limit(new Shapes.Limits(old.hashEntriesMax(), bytes.getAsLong()));
            }
            default -> {
                // The shell's: kept, replicated and reported, nothing else.
            }
        }
        values.put(name, value.owned());
        return true;
    }
}
