package io.ratiskv.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * As {@link GroupPrefetch}, for the places of elements in trees whose order has prefixes: {@link #add} or {@link #addHeld}
 * for each, then {@link #run}. Confined to one thread, as the trees are.
 *
 * @param <E> the elements
 */
public final class TreePrefetch<E> {
    /** How many places make a group: that from which each key's element goes, and that to which it comes. */
    private static final int SIZE = 2 * GroupPrefetch.SIZE;

    private final PrefixOrder<E> order;
    private final @Nullable Object[] nodes = new @Nullable Object[SIZE];
    private final long[] prefixes = new long[SIZE];
    /** How many elements the node has, as far as they are to be searched. */
    private final int[] counts = new int[SIZE];

    private final boolean[] held = new boolean[SIZE];
    private final int[] firsts = new int[SIZE];
    private int count;

    /** For trees of this order. */
    public TreePrefetch(PrefixOrder<E> order) {
        this.order = order;
    }

    /** An element of this prefix will be put. */
    public void add(CountedTreeView<E> tree, long prefix) {
        add(tree, prefix, /* isHeld= */ false);
    }

    /** An element of this prefix, which the tree holds, will be removed: those beside it will not be looked at. */
    public void addHeld(CountedTreeView<E> tree, long prefix) {
        add(tree, prefix, /* isHeld= */ true);
    }

    private void add(CountedTreeView<E> tree, long prefix, boolean isHeld) {
        nodes[count] = tree.root;
        prefixes[count] = prefix;
        held[count] = isHeld;
        firsts[count] = 0;
        counts[count++] = isHeld ? 1 : tree.size;
    }

    /** Fetches what the searches for those that were added will touch, and forgets them. */
    public void run() {
        int number = count;
        count = 0;
        boolean descends = true;
        while (descends) {
            descends = false;
            for (int i = 0; i < number; i++) {
                if (nodes[i] instanceof CountedBranch branch) {
                    int child = branch.childByPrefix(prefixes[i]);
                    nodes[i] = branch.children[child];
                    counts[i] = held[i] ? 1 : branch.counts[child];
                    descends = true;
                }
            }
        }
        for (int span = CountedNodes.FANOUT; span > 1; span >>= 1) {
            for (int i = 0; i < number; i++) {
                halve(i);
            }
        }
        Arrays.fill(nodes, 0, number, null);
    }

    /** A step of a binary search in a leaf, without a jump that depends on what is fetched. */
    private void halve(int i) {
        int half = counts[i] >>> 1;
        if (nodes[i] instanceof @Nullable Object[] leaf && half > 0) {
            int middle = firsts[i] + half;
            E element = CountedLeaf.element(leaf, middle);
            firsts[i] = order.prefix(element) <= prefixes[i] ? middle : firsts[i];
            counts[i] -= half;
        }
    }
}
