package io.ratiskv.collect;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms on the nodes of a hash trie: null (empty), a {@link HashLeaf} array, or a {@link HashBranch}.
 * Reading is static and done by any reader of a root; changing goes through an instance, confined to the owner
 * of the trie.
 *
 * <p>The idea is the hash array mapped trie of Phil Bagwell ("Ideal Hash Trees", 2001) with B-tree-like leaves.
 * A change returns the node to put in place of the one it was given: the same, if that belongs to the current
 * epoch.
 */
final class HashNodes<E> {
    private final ElementKeys<E> keys;
    private final Epoch epoch;
    /** What the last change replaced or removed; null if it found nothing. */
    private @Nullable E displaced;

    HashNodes(ElementKeys<E> keys, Epoch epoch) {
        this.keys = keys;
        this.epoch = epoch;
    }

    /** Returns what the last {@link #put} or {@link #remove} displaced, and forgets it. */
    @Nullable
    E takeDisplaced() {
        E taken = displaced;
        displaced = null;
        return taken;
    }

    static int count(@Nullable Object node) {
        if (node == null) return 0;
        return node instanceof HashBranch branch ? branch.count : HashLeaf.count((@Nullable Object[]) node);
    }

    static <E> @Nullable E get(
            @Nullable Object root, ElementKeys<E> keys, long hash, byte[] key, int offset, int length) {
        Object node = root;
        int depth = 0;
        int low = 0;
        int marksLog = HashLeaf.MARK_BITS;
        while (node instanceof HashBranch branch) {
            int position = HashBranch.position(hash, depth);
            node = branch.children[branch.childIndex(position)];
            if (node instanceof HashBranch) {
                depth += HashBranch.BITS;
            } else {
                int start = branch.rangeStart(position);
                low = HashBranch.lowMark(start);
                marksLog = HashBranch.marksLog(start, branch.rangeEnd(position));
            }
        }
        if (node == null) return null;
        @Nullable Object[] leaf = (@Nullable Object[]) node;
        int index = HashLeaf.find(leaf, HashLeaf.mark(hash, depth), low, marksLog, keys, key, offset, length);
        return index < 0 ? null : HashLeaf.<E>element(leaf, index);
    }

    /** Returns the element at {@code index}, less than the count, in hash order. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // a root does not know the type of its elements
    static <E> E byIndex(@Nullable Object root, int index) {
        Object node = root;
        int rest = index;
        while (node instanceof HashBranch branch) {
            int child = 0;
            int count = count(branch.children[0]);
            while (rest >= count) {
                rest -= count;
                count = count(branch.children[++child]);
            }
            node = branch.children[child];
        }
        if (node == null) throw new IllegalStateException("counts of the trie do not add up");
        return HashLeaf.element((@Nullable Object[]) node, rest);
    }

    /** Returns {@code root} with the element, in place of one with the same key if there was one. */
    Object put(@Nullable Object root, long hash, E element) {
        if (root instanceof HashBranch branch) return put(branch, 0, hash, element);
        int mark = HashLeaf.mark(hash, 0);
        if (root == null) return newLeaf(element, mark);
        @Nullable Object[] leaf = put((@Nullable Object[]) root, mark, 0, HashLeaf.MARK_BITS, hash, element);
        return HashLeaf.count(leaf) <= HashLeaf.SPLIT_ABOVE ? leaf : HashBranch.ofHalves(leaf, epoch.current());
    }

    /** Returns {@code root} without the element with this key; null if that leaves nothing. */
    @Nullable
    Object remove(@Nullable Object root, long hash, byte[] key, int offset, int length) {
        displaced = null;
        if (root == null) return null;
        if (root instanceof HashBranch branch) return remove(branch, 0, hash, key, offset, length);
        int mark = HashLeaf.mark(hash, 0);
        return remove((@Nullable Object[]) root, mark, 0, HashLeaf.MARK_BITS, key, offset, length);
    }

    /** Returns {@code root} without the elements for which the predicate holds; null if that leaves nothing. */
    @Nullable
    Object removeIf(@Nullable Object root, Predicate<? super E> predicate) {
        return removeIf(root, 0, predicate);
    }

    private @Nullable Object removeIf(@Nullable Object node, int depth, Predicate<? super E> predicate) {
        if (node == null) return null;
        if (!(node instanceof HashBranch old)) {
            return HashLeaf.removeIf((@Nullable Object[]) node, predicate, epoch.current());
        }
        HashBranch branch = old.ownedBy(epoch.current());
        branch.count = 0;
        for (int i = 0; i < branch.children.length; i++) {
            Object child = branch.children[i];
            boolean inner = child instanceof HashBranch;
            Object changed = removeIf(child, inner ? depth + HashBranch.BITS : depth, predicate);
            if (inner && changed instanceof @Nullable Object[] leaf) {
                changed = HashLeaf.remark(leaf, depth, keys, epoch.current());
            }
            branch.children[i] = changed;
            branch.count += count(changed);
        }
        branch.mergeAll();
        return branch.bitmap == 1 ? branch.children[0] : branch;
    }

    private @Nullable Object[] newLeaf(E element, int mark) {
        displaced = null;
        return HashLeaf.of(element, mark, epoch.current());
    }

    private HashBranch put(HashBranch old, int depth, long hash, E element) {
        int position = HashBranch.position(hash, depth);
        int index = old.childIndex(position);
        Object child = old.children[index];
        if (child instanceof HashBranch inner) {
            HashBranch changed = put(inner, depth + HashBranch.BITS, hash, element);
            return withChild(old, index, child, changed);
        }
        int mark = HashLeaf.mark(hash, depth);
        if (child == null) return withChild(old, index, null, newLeaf(element, mark));

        int start = old.rangeStart(position);
        int end = old.rangeEnd(position);
        @Nullable
        Object[] leaf = put(
                (@Nullable Object[]) child,
                mark,
                HashBranch.lowMark(start),
                HashBranch.marksLog(start, end),
                hash,
                element);
        HashBranch branch = withChild(old, index, child, leaf);
        if (displaced == null && HashLeaf.count(leaf) > HashLeaf.SPLIT_ABOVE) {
            split(branch, depth, index, start, end, leaf);
        }
        return branch;
    }

    /** Returns the branch with a child changed by a put; the count grows if the put displaced nothing. */
    @SuppressWarnings("ReferenceEquality") // a node that came back itself was changed in place
    private HashBranch withChild(HashBranch old, int index, @Nullable Object child, Object changed) {
        if (child == changed && displaced != null) return old;
        HashBranch branch = old.ownedBy(epoch.current());
        if (child != changed) branch.children[index] = changed;
        if (displaced == null) branch.count++;
        return branch;
    }

    private void split(HashBranch branch, int depth, int index, int start, int end, @Nullable Object[] leaf) {
        if (end - start > 1) {
            branch.split(index, start, end, leaf);
        } else if (depth < HashBranch.DEPTH_MAX) {
            Epoch.Token owner = epoch.current();
            branch.children[index] =
                    HashBranch.ofHalves(HashLeaf.remark(leaf, depth + HashBranch.BITS, keys, owner), owner);
        }
        // Else all 64 bits are equal or used up: the leaf grows.
    }

    private @Nullable Object[] put(@Nullable Object[] leaf, int mark, int low, int marksLog, long hash, E element) {
        int index = HashLeaf.lowerBound(leaf, mark, low, marksLog);
        for (; HashLeaf.hasMark(leaf, index, mark); index++) {
            E present = HashLeaf.element(leaf, index);
            int order = keys.compare(present, element);
            if (order == 0) {
                displaced = present;
                return HashLeaf.replace(leaf, index, element, epoch.current());
            }
            int hashOrder = Long.compareUnsigned(keys.hash(present), hash);
            if (hashOrder > 0 || hashOrder == 0 && order > 0) break;
        }
        displaced = null;
        return HashLeaf.insert(leaf, index, element, mark, epoch.current());
    }

    /** Returns the branch without the element, or, if few are left, a leaf marked for the branch's depth, or null. */
    private @Nullable Object remove(HashBranch old, int depth, long hash, byte[] key, int offset, int length) {
        int position = HashBranch.position(hash, depth);
        int index = old.childIndex(position);
        Object child = old.children[index];
        if (child == null) return old;

        Object changed;
        if (child instanceof HashBranch inner) {
            changed = remove(inner, depth + HashBranch.BITS, hash, key, offset, length);
            if (changed instanceof @Nullable Object[] leaf) {
                changed = HashLeaf.remark(leaf, depth, keys, epoch.current());
            }
        } else {
            int start = old.rangeStart(position);
            int low = HashBranch.lowMark(start);
            int marksLog = HashBranch.marksLog(start, old.rangeEnd(position));
            int mark = HashLeaf.mark(hash, depth);
            changed = remove((@Nullable Object[]) child, mark, low, marksLog, key, offset, length);
        }
        if (displaced == null) return old;

        HashBranch branch = old.ownedBy(epoch.current());
        branch.children[index] = changed;
        branch.count--;
        if (!(changed instanceof HashBranch) && count(changed) <= HashLeaf.MERGE_UP_TO) branch.merge(position);
        return branch.bitmap == 1 ? branch.children[0] : branch;
    }

    private @Nullable Object @Nullable [] remove(
            @Nullable Object[] leaf, int mark, int low, int marksLog, byte[] key, int offset, int length) {
        int index = HashLeaf.find(leaf, mark, low, marksLog, keys, key, offset, length);
        if (index < 0) return leaf;
        displaced = HashLeaf.element(leaf, index);
        return HashLeaf.remove(leaf, index, epoch.current());
    }
}
