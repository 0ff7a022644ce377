package io.ratiskv.collect;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the nodes of one hash trie in hash order. Confined to the thread that walks; valid until the
 * trie is next changed, for ever over a frozen view.
 */
final class HashCursor<E> implements Iterator<E> {
    /** How many leading bits of a hash a resumable walk remembers. */
    static final int PREFIX_BITS = 39;

    private static final int LEVELS = HashBranch.DEPTH_MAX / HashBranch.BITS + 1;

    private final ElementKeys<E> keys;
    /** The branches from the root to the leaf, and in each the index of the child to visit next. */
    private final @Nullable HashBranch[] branches = new @Nullable HashBranch[LEVELS];

    private final int[] nextChild = new int[LEVELS];
    private int height;
    private @Nullable Object @Nullable [] leaf;
    private int index;
    private int count;

    HashCursor(ElementKeys<E> keys) {
        this.keys = keys;
    }

    static long prefix(long hash) {
        return hash >>> (64 - PREFIX_BITS);
    }

    /** Goes before the first element below {@code root}. */
    HashCursor<E> start(@Nullable Object root) {
        height = 0;
        enter(root);
        return this;
    }

    /** Goes before the first element whose hash prefix is not less than {@code prefix}. */
    HashCursor<E> seek(@Nullable Object root, long prefix) {
        long bound = prefix << (64 - PREFIX_BITS);
        height = 0;
        Object node = root;
        int depth = 0;
        int low = 0;
        int marksLog = HashLeaf.MARK_BITS;
        while (node instanceof HashBranch branch) {
            int position = HashBranch.position(bound, depth);
            int child = branch.childIndex(position);
            push(branch, child + 1);
            node = branch.children[child];
            if (node instanceof HashBranch) {
                depth += HashBranch.BITS;
            } else {
                int start = branch.rangeStart(position);
                low = HashBranch.lowMark(start);
                marksLog = HashBranch.marksLog(start, branch.rangeEnd(position));
            }
        }
        enter(node);
        @Nullable Object[] found = leaf;
        if (found == null) return this;
        int mark = HashLeaf.mark(bound, depth);
        index = HashLeaf.lowerBound(found, mark, low, marksLog);
        while (HashLeaf.hasMark(found, index, mark)
                && Long.compareUnsigned(keys.hash(HashLeaf.<E>element(found, index)), bound) < 0) {
            index++;
        }
        return this;
    }

    @Override
    public boolean hasNext() {
        while (index == count) {
            if (height == 0) return false;
            HashBranch branch = branches[height - 1];
            int child = nextChild[height - 1]++;
            if (child == branch.children.length) {
                branches[--height] = null;
            } else {
                enter(branch.children[child]);
            }
        }
        return true;
    }

    /** Returns the element that {@link #next} will return. */
    E peek() {
        if (!hasNext() || leaf == null) throw new NoSuchElementException();
        return HashLeaf.element(leaf, index);
    }

    @Override
    public E next() {
        E element = peek();
        index++;
        return element;
    }

    /**
     * Hands over at least this many elements, as far as there are, and then all those of the same hash prefix as the
     * last one, so that the walk can resume behind them.
     *
     * @return how many were handed over
     */
    int emit(int atLeast, Consumer<? super E> consumer) {
        int emitted = 0;
        long lastPrefix = -1;
        while (hasNext()) {
            if (emitted >= atLeast && peekPrefix() != lastPrefix) break;
            E element = next();
            if (emitted >= atLeast - 1) lastPrefix = prefix(keys.hash(element));
            consumer.accept(element);
            emitted++;
        }
        return emitted;
    }

    /** Returns the hash prefix of the element that {@link #next} will return. */
    long peekPrefix() {
        return prefix(keys.hash(peek()));
    }

    private void enter(@Nullable Object node) {
        leaf = null;
        index = 0;
        count = 0;
        if (node instanceof HashBranch branch) {
            push(branch, 0);
        } else if (node != null) {
            leaf = (@Nullable Object[]) node;
            count = HashLeaf.count(leaf);
        }
    }

    private void push(HashBranch branch, int child) {
        branches[height] = branch;
        nextChild[height++] = child;
    }
}
