package io.ratiskv.collect;

import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;

/** Strings as elements, their own keys, under a hash that the test chooses. */
record Words(ToLongFunction<String> hash) implements ElementKeys<String> {
    private static final KeyedHash KEYED = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    /** As in production. */
    static final Words KEYED_HASH = new Words(word -> KEYED.hash(bytes(word), 0, bytes(word).length));

    /** 64 values only, so that full collisions are common. */
    static final Words FEW_HASHES = new Words(word -> mixed(word) & 0xfc00_0000_0000_0000L);

    /** All elements collide. */
    static final Words ONE_HASH = new Words(word -> -1L);

    /** Hashes that differ in their last bits alone, so that the trie is as deep as it can be. */
    static final Words LAST_BITS = new Words(word -> 0x7777_7777_7777_7000L | mixed(word) >>> 54);

    /** Hashes that agree in the prefix of a cursor, by groups. */
    static final Words FEW_PREFIXES = new Words(word -> mixed(word) & 0xff00_0000_0000_000fL);

    static final Words[] ALL = {KEYED_HASH, FEW_HASHES, ONE_HASH, LAST_BITS, FEW_PREFIXES};

    static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }

    int slot(String word) {
        return Slots.of(bytes(word), 0, bytes(word).length);
    }

    @Override
    public long hash(String element) {
        return hash.applyAsLong(key(element));
    }

    @Override
    public boolean matches(String element, byte[] key, int offset, int length) {
        return key(element).equals(new String(key, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public int compare(String left, String right) {
        return key(left).compareTo(key(right));
    }

    /** An element is "key" or "key=value". */
    static String key(String element) {
        int equals = element.indexOf('=');
        return equals < 0 ? element : element.substring(0, equals);
    }

    private static long mixed(String word) {
        long hash = word.hashCode() * 0x9e3779b97f4a7c15L;
        return (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
    }
}
