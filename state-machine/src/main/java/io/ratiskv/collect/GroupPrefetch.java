package io.ratiskv.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Has the memory that lookups of several keys will touch fetched at once, before they are made one after the other.
 * Confined to one thread, as the trie is.
 *
 * <p>{@link #add} for each, {@link #run}, perhaps {@link #found}, {@link #clear}. Among a million keys a lookup waits for
 * three or four cache misses, each for the one before. Here all keys of a group make one step before any makes the next,
 * so the misses of a step overlap. Nothing is changed, and what was fetched is wrong at worst. Shimin Chen et al.,
 * "Improving Hash Join Performance through Prefetching", ICDE 2004, section 4, with loads in place of prefetch
 * instructions, which Java does not have.
 */
public final class GroupPrefetch {
    /** How many keys make a group: enough to overlap, few enough to be in the cache when their turn comes. */
    public static final int SIZE = 32;

    private final @Nullable Object[] nodes = new @Nullable Object[SIZE];
    private final long[] hashes = new long[SIZE];
    private final int[] marks = new int[SIZE];
    private final int[] guesses = new int[SIZE];
    private int count;

    /** What was loaded, so that no compiler leaves it out. */
    @SuppressWarnings("UnusedVariable")
    private int loaded;

    /** Another key; at most {@link #SIZE} of them all. Its number, from 0 on. */
    public int add(SlotTrieView<?> trie, int slot, long hash) {
        return add(trie.trie(slot), hash);
    }

    /** Another key; at most {@link #SIZE} of them all. Its number, from 0 on. */
    public int add(HashTrieView<?> trie, long hash) {
        return add(trie.root, hash);
    }

    private int add(@Nullable Object root, long hash) {
        nodes[count] = root;
        hashes[count] = hash;
        return count++;
    }

    /** Fetches for the keys that were added. */
    public void run() {
        int number = count;
        for (int i = 0; i < number; i++) {
            descend(i);
        }
        int sum = 0;
        for (int i = 0; i < number; i++) {
            sum += mark(i);
        }
        for (int i = 0; i < number; i++) {
            element(i);
        }
        for (int i = 0; i < number; i++) {
            // Reading the class of an object reads its first word.
            sum += nodes[i] instanceof byte[] bytes && bytes.length > 0 ? bytes[bytes.length - 1] : 1;
        }
        loaded = sum;
    }

    /** After {@link #run}: what the key of this number will most likely be found to have; null if that is nothing. */
    public @Nullable Object found(int number) {
        return nodes[number];
    }

    /** Forgets the keys, for others to be added. */
    public void clear() {
        Arrays.fill(nodes, 0, count, null);
        count = 0;
    }

    /** From the root of the slot's trie to the leaf, and to where in it the mark will be. */
    private void descend(int i) {
        Object node = nodes[i];
        int depth = 0;
        int low = 0;
        int marksLog = HashLeaf.MARK_BITS;
        while (node instanceof HashBranch branch) {
            int position = HashBranch.position(hashes[i], depth);
            node = branch.children[branch.childIndex(position)];
            if (node instanceof HashBranch) {
                depth += HashBranch.BITS;
            } else {
                int start = branch.rangeStart(position);
                low = HashBranch.lowMark(start);
                marksLog = HashBranch.marksLog(start, branch.rangeEnd(position));
            }
        }
        nodes[i] = node;
        marks[i] = HashLeaf.mark(hashes[i], depth);
        guesses[i] = node == null ? 0 : HashLeaf.guess((@Nullable Object[]) node, marks[i], low, marksLog);
    }

    private int mark(int i) {
        if (!(nodes[i] instanceof @Nullable Object[] leaf)) {
            return 0;
        }
        char[] marksOfLeaf = HashLeaf.marks(leaf);
        return marksOfLeaf[0] + marksOfLeaf[Math.min(guesses[i] + 1, marksOfLeaf.length - 1)];
    }

    private void element(int i) {
        if (nodes[i] instanceof @Nullable Object[] leaf) {
            int index = HashLeaf.lowerBound(leaf, marks[i], guesses[i]);
            nodes[i] = HashLeaf.hasMark(leaf, index, marks[i]) ? HashLeaf.element(leaf, index) : null;
        }
    }
}
