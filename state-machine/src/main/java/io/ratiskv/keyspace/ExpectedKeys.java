package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.GroupPrefetch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.SlotTrieView;
import io.ratiskv.collect.Slots;
import io.ratiskv.value.MemberPrefetch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the next requests will most likely look up: hashed ahead, so that the memory they and their members touch
 * is fetched at once. A guess that changes nothing: a key that was not expected is hashed when it comes. Confined to
 * whoever holds the state's lock.
 */
final class ExpectedKeys {
    /** Longer ones are rare, and hashing them in vain would cost more than it gains. */
    private static final int LENGTH_MAX = 64;

    private final GroupPrefetch prefetch = new GroupPrefetch();
    private final MemberPrefetch members = new MemberPrefetch();
    /** The words of each request, its key behind its name. */
    private final Bytes[] @Nullable [] requests = new Bytes[GroupPrefetch.SIZE] @Nullable [];

    private final int[] slots = new int[GroupPrefetch.SIZE];
    private final long[] hashes = new long[GroupPrefetch.SIZE];
    /** As what number each key was handed on, with those before it where they are the same. */
    private final int[] fetches = new int[GroupPrefetch.SIZE];

    private int count;
    private @Nullable SlotTrieView<?> lastTrie;

    /** The first that was not found yet; those before have come or will not. */
    private int next;

    /** Another one; at most {@link GroupPrefetch#SIZE} until they are forgotten. */
    void expect(Bytes[] words, SlotTrieView<?> trie, KeyedHash hash) {
        Bytes key = words[1];
        if (key.length() > LENGTH_MAX) {
            return;
        }
        if (isLast(key, trie)) {
            slots[count] = slots[count - 1];
            hashes[count] = hashes[count - 1];
            fetches[count] = fetches[count - 1];
        } else {
            slots[count] = Slots.of(key.array(), key.offset(), key.length());
            hashes[count] = hash.hash(key.array(), key.offset(), key.length());
            fetches[count] = prefetch.add(trie, slots[count], hashes[count]);
            lastTrie = trie;
        }
        requests[count++] = words;
    }

    /** Whether the key is the one before: then nothing of it is done twice. */
    @SuppressWarnings("ReferenceEquality") // of another database
    private boolean isLast(Bytes key, SlotTrieView<?> trie) {
        Bytes[] last = count == 0 ? null : requests[count - 1];
        return last != null && trie == lastTrie && key.equals(last[1]);
    }

    void fetch() {
        prefetch.run();
        for (int i = 0; i < count; i++) {
            Bytes[] words = requests[i];
            if (words != null && prefetch.found(fetches[i]) instanceof ValueEntry entry) {
                entry.value().expect(words, members);
            }
        }
        members.run();
        prefetch.clear();
        lastTrie = null;
    }

    /** The number of a key that was expected, for {@link #slot} and {@link #hash}; -1 for another. In order: asked for once. */
    @SuppressWarnings("ReferenceEquality") // a hit is the point; another equal key only costs its hash
    int find(Bytes key) {
        for (int i = next; i < count; i++) {
            Bytes[] words = requests[i];
            if (words != null && words[1] == key) {
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
        Arrays.fill(requests, 0, count, null);
        count = 0;
        next = 0;
    }
}
