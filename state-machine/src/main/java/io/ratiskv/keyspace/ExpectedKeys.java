package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.GroupPrefetch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.SlotTrieView;
import io.ratiskv.collect.Slots;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the next requests will most likely look up: hashed ahead, so that the memory they touch is fetched at
 * once. A guess that changes nothing: a key that was not expected is hashed when it comes. Confined to whoever holds the
 * state's lock.
 */
final class ExpectedKeys {
    /** Longer ones are rare, and hashing them in vain would cost more than it gains. */
    private static final int LENGTH_MAX = 64;

    private final GroupPrefetch prefetch = new GroupPrefetch();
    private final @Nullable Bytes[] keys = new @Nullable Bytes[GroupPrefetch.SIZE];
    private final int[] slots = new int[GroupPrefetch.SIZE];
    private final long[] hashes = new long[GroupPrefetch.SIZE];
    private int count;

    /** The first that was not found yet; those before have come or will not. */
    private int next;

    /** Another one; at most {@link GroupPrefetch#SIZE} until they are forgotten. */
    void expect(Bytes key, SlotTrieView<?> trie, KeyedHash hash) {
        if (key.length() > LENGTH_MAX) {
            return;
        }
        keys[count] = key;
        slots[count] = Slots.of(key.array(), key.offset(), key.length());
        hashes[count] = hash.hash(key.array(), key.offset(), key.length());
        prefetch.add(trie, slots[count], hashes[count]);
        count++;
    }

    void fetch() {
        prefetch.run();
    }

    /** The number of a key that was expected, for {@link #slot} and {@link #hash}; -1 for another. In order: asked for once. */
    @SuppressWarnings("ReferenceEquality") // a hit is the point; another equal key only costs its hash
    int find(Bytes key) {
        for (int i = next; i < count; i++) {
            if (keys[i] == key) {
                next = i + 1;
                return i;
            }
        }
        return -1;
    }

    int slot(int number) {
        return slots[number];
    }

    long hash(int number) {
        return hashes[number];
    }

    /** Lets go of them, and of the arrays they came in. */
    void forget() {
        for (int i = 0; i < count; i++) {
            keys[i] = null;
        }
        count = 0;
        next = 0;
    }
}
