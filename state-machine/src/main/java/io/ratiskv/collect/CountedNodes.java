package io.ratiskv.collect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms on the nodes of a counted tree: null (empty), a {@link CountedLeaf} array, or a {@link
 * CountedBranch}. Reading is static and done by any reader of a root; changing goes through an instance,
 * confined to the owner of the tree.
 *
 * <p>A B+ tree (Comer, "The Ubiquitous B-Tree", 1979) whose inner nodes count what is below each child, so that
 * an element is found by its index as well as by comparison. All changes go by index. A full node splits in the
 * middle, except at either end of the sequence, where it is left full: what grows at its ends is packed. Small
 * neighbours merge; a node may be smaller than half as long as its neighbours are large. A change returns the
 * node to put in place of the one it was given.
 */
final class CountedNodes<E> {
    /**
     * The most elements of a leaf and children of a branch; measured: from 32 to 64 it hardly matters, memory
     * decides.
     */
    static final int FANOUT = 64;
    /** Two neighbours of which one is at most half full become one node if that is at most this full. */
    private static final int MERGE_UP_TO = FANOUT * 3 / 4;

    private static final int AT_START = -1;
    private static final int WITHIN = 0;
    private static final int AT_END = 1;

    private final Epoch epoch;
    /** What the last change replaced or removed. */
    private @Nullable E displaced;
    /**
     * The right half of the node that the last insertion split, or null, and the number of elements in its left
     * half.
     */
    private @Nullable Object rightHalf;

    private int leftCount;

    CountedNodes(Epoch epoch) {
        this.epoch = epoch;
    }

    Epoch epoch() {
        return epoch;
    }

    /** Returns what the last {@link #set} or {@link #remove} displaced, and forgets it. */
    E takeDisplaced() {
        E taken = displaced;
        if (taken == null) throw new IllegalStateException("counts of the tree do not add up");
        displaced = null;
        return taken;
    }

    static @Nullable Object first(@Nullable Object node) {
        return node instanceof CountedBranch branch ? branch.firsts[0] : CountedLeaf.element(leaf(node), 0);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // a root does not know the type of its elements
    static <E> E byIndex(@Nullable Object root, int index) {
        Object node = root;
        int rest = index;
        while (node instanceof CountedBranch branch) {
            int child = 0;
            while (rest >= branch.counts[child]) rest -= branch.counts[child++];
            node = branch.children[child];
        }
        return CountedLeaf.element(leaf(node), rest);
    }

    /**
     * Returns the index of the element equal to the probe, or, if there is none, {@code -1 - i} where it would
     * be inserted at i.
     */
    static <E> int search(@Nullable Object root, int size, Comparator<? super E> order, E probe) {
        Object node = root;
        int count = size;
        int before = 0;
        while (node instanceof CountedBranch branch) {
            int low = 0;
            int high = branch.size - 1;
            while (low < high) {
                int middle = low + high + 1 >>> 1;
                @SuppressWarnings("unchecked") // firsts are elements
                E first = (E) branch.firsts[middle];
                if (order.compare(first, probe) <= 0) low = middle;
                else high = middle - 1;
            }
            before += branch.countBefore(low);
            count = branch.counts[low];
            node = branch.children[low];
        }
        if (node == null) return -1;
        @Nullable Object[] leaf = leaf(node);
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int comparison = order.compare(CountedLeaf.<E>element(leaf, middle), probe);
            if (comparison == 0) return before + middle;
            if (comparison < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1 - (before + low);
    }

    /** Returns how many elements stand before the first for which the predicate does not hold. */
    static <E> int countWhile(@Nullable Object root, int size, Predicate<? super E> holds) {
        Object node = root;
        int count = size;
        int before = 0;
        while (node instanceof CountedBranch branch) {
            int low = 0;
            int high = branch.size - 1;
            while (low < high) {
                int middle = low + high + 1 >>> 1;
                @SuppressWarnings("unchecked") // firsts are elements
                E first = (E) branch.firsts[middle];
                if (holds.test(first)) low = middle;
                else high = middle - 1;
            }
            before += branch.countBefore(low);
            count = branch.counts[low];
            node = branch.children[low];
        }
        if (node == null) return 0;
        @Nullable Object[] leaf = leaf(node);
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (holds.test(CountedLeaf.<E>element(leaf, middle))) low = middle + 1;
            else high = middle;
        }
        return before + low;
    }

    /** Returns {@code root}, which holds {@code size} elements, with one more at {@code index}. */
    Object insert(@Nullable Object root, int size, int index, E element) {
        if (root == null) return CountedLeaf.of(element, epoch.current());
        int where = index == size ? AT_END : index == 0 ? AT_START : WITHIN;
        Object left = insert(root, size, index, element, where);
        Object right = rightHalf;
        if (right == null) return left;
        rightHalf = null;
        CountedBranch branch = new CountedBranch(epoch.current(), 3);
        branch.insert(0, left, leftCount);
        branch.insert(1, right, size + 1 - leftCount);
        return branch;
    }

    /** Returns {@code root} with the element at {@code index} replaced. */
    Object set(@Nullable Object root, int index, E element) {
        if (root instanceof CountedBranch old) {
            int child = 0;
            int rest = index;
            while (rest >= old.counts[child]) rest -= old.counts[child++];
            CountedBranch branch = old.ownedBy(epoch.current());
            branch.set(child, set(child(branch, child), rest, element), branch.counts[child]);
            return branch;
        }
        @Nullable Object[] leaf = CountedLeaf.ownedBy(leaf(root), epoch.current());
        displaced = CountedLeaf.element(leaf, index);
        CountedLeaf.set(leaf, index, element);
        return leaf;
    }

    /** Returns {@code root}, which holds {@code size} elements, without the one at {@code index}. */
    @Nullable
    Object remove(@Nullable Object root, int size, int index) {
        return root == null ? null : withoutNeedlessLevels(without(root, size, index, index + 1));
    }

    /** Returns {@code root}, which holds {@code size} elements, without {@code [from, to)}. */
    @Nullable
    Object removeRange(@Nullable Object root, int size, int from, int to) {
        if (root == null || from == to) return root;
        Object rest = withoutNeedlessLevels(without(root, size, from, to));
        displaced = null;
        return rest;
    }

    /** Returns a branch above all these elements, with nodes as full as they can be; it may have one child or none. */
    CountedBranch pack(Iterator<? extends E> elements) {
        Epoch.Token owner = epoch.current();
        List<CountedBranch> level = new ArrayList<>();
        CountedBranch last = new CountedBranch(owner, FANOUT);
        level.add(last);
        while (elements.hasNext()) {
            @Nullable Object[] leaf = CountedLeaf.empty(FANOUT, owner);
            int count = 0;
            while (count < FANOUT && elements.hasNext()) CountedLeaf.set(leaf, count++, elements.next());
            if (count < FANOUT) leaf = CountedLeaf.slice(leaf, 0, count, owner);
            last = last(level, owner);
            last.insert(last.size, leaf, count);
        }
        while (level.size() > 1) {
            List<CountedBranch> upper = new ArrayList<>();
            upper.add(new CountedBranch(owner, FANOUT));
            for (CountedBranch node : level) {
                last = last(upper, owner);
                last.insert(last.size, node, node.total());
            }
            level = upper;
        }
        return level.get(0);
    }

    private static CountedBranch last(List<CountedBranch> level, Epoch.Token owner) {
        CountedBranch last = level.get(level.size() - 1);
        if (last.size < FANOUT) return last;
        last = new CountedBranch(owner, FANOUT);
        level.add(last);
        return last;
    }

    /** Returns the highest node of {@code root} that has more than one child, or null if it has no element. */
    static @Nullable Object withoutNeedlessLevels(@Nullable Object root) {
        Object node = root;
        while (node instanceof CountedBranch branch && branch.size <= 1) {
            node = branch.size == 0 ? null : branch.children[0];
        }
        return node;
    }

    private Object insert(Object node, int count, int index, E element, int where) {
        if (!(node instanceof CountedBranch old)) {
            @Nullable Object[] leaf = leaf(node);
            return count < FANOUT
                    ? CountedLeaf.insert(leaf, count, index, element, epoch.current())
                    : splitLeaf(leaf, index, element, where);
        }
        int child = 0;
        int rest = index;
        while (child < old.size - 1 && rest > old.counts[child]) rest -= old.counts[child++];
        int oldCount = old.counts[child];
        Object left = insert(child(old, child), oldCount, rest, element, where);

        CountedBranch branch = old.ownedBy(epoch.current());
        Object right = rightHalf;
        if (right == null) {
            branch.set(child, left, oldCount + 1);
            return branch;
        }
        rightHalf = null;
        branch.set(child, left, leftCount);
        int rightCount = oldCount + 1 - leftCount;
        if (branch.size < FANOUT) {
            branch.insert(child + 1, right, rightCount);
            return branch;
        }
        return splitBranch(branch, child + 1, right, rightCount, where);
    }

    private @Nullable Object[] splitLeaf(@Nullable Object[] leaf, int index, E element, int where) {
        Epoch.Token owner = epoch.current();
        if (where == AT_END) {
            rightHalf = CountedLeaf.of(element, owner);
            leftCount = FANOUT;
            return leaf;
        }
        if (where == AT_START) {
            rightHalf = leaf;
            leftCount = 1;
            return CountedLeaf.of(element, owner);
        }
        int cut = FANOUT / 2;
        @Nullable Object[] left = CountedLeaf.slice(leaf, 0, cut, owner);
        @Nullable Object[] right = CountedLeaf.slice(leaf, cut, FANOUT, owner);
        if (index <= cut) {
            rightHalf = right;
            leftCount = cut + 1;
            return CountedLeaf.insert(left, cut, index, element, owner);
        }
        rightHalf = CountedLeaf.insert(right, FANOUT - cut, index - cut, element, owner);
        leftCount = cut;
        return left;
    }

    private CountedBranch splitBranch(CountedBranch branch, int child, Object node, int count, int where) {
        int cut = where == AT_END ? FANOUT : where == AT_START ? 1 : FANOUT / 2;
        CountedBranch right = branch.slice(cut, FANOUT, epoch.current());
        branch.truncate(cut);
        if (child < cut) branch.insert(child, node, count);
        else right.insert(child - cut, node, count);
        rightHalf = right;
        leftCount = branch.total();
        return branch;
    }

    private @Nullable Object without(Object node, int count, int from, int to) {
        if (!(node instanceof CountedBranch old)) {
            // The element that remove displaces is met here on the way; of a range nobody asks.
            displaced = CountedLeaf.element(leaf(node), from);
            if (from == 0 && to == count) return null;
            return CountedLeaf.remove(leaf(node), count, from, to, epoch.current());
        }
        if (from == 0 && to == count && count > 1) return null;
        CountedBranch branch = old.ownedBy(epoch.current());
        int firstChanged = 0;
        int offset = 0;
        while (offset + branch.counts[firstChanged] <= from) offset += branch.counts[firstChanged++];
        int kept = firstChanged;
        int child = firstChanged;
        for (; offset < to; child++) {
            int childCount = branch.counts[child];
            int low = Math.max(from - offset, 0);
            int high = Math.min(to - offset, childCount);
            Object changed = without(child(branch, child), childCount, low, high);
            if (changed != null) branch.set(kept++, changed, childCount - (high - low));
            offset += childCount;
        }
        if (kept < child) branch.remove(kept, child);
        if (branch.size > 1) mergeAround(branch, Math.min(firstChanged, branch.size - 1));
        return branch.size == 0 ? null : branch;
    }

    /** Merges a child with a neighbour if that makes one node that is not too full. */
    private void mergeAround(CountedBranch branch, int child) {
        if (weight(branch, child) > FANOUT / 2) return;
        if (child + 1 < branch.size && weight(branch, child) + weight(branch, child + 1) <= MERGE_UP_TO) {
            merge(branch, child);
        } else if (child > 0 && weight(branch, child - 1) + weight(branch, child) <= MERGE_UP_TO) {
            merge(branch, child - 1);
        }
    }

    private void merge(CountedBranch branch, int left) {
        Epoch.Token owner = epoch.current();
        int leftTotal = branch.counts[left];
        int rightTotal = branch.counts[left + 1];
        Object merged;
        if (branch.children[left] instanceof CountedBranch leftBranch) {
            CountedBranch joined = leftBranch.ownedBy(owner);
            CountedBranch rightBranch = (CountedBranch) child(branch, left + 1);
            joined.append(rightBranch, 0, rightBranch.size);
            merged = joined;
        } else {
            merged = CountedLeaf.concat(
                    leaf(branch.children[left]), leftTotal, leaf(branch.children[left + 1]), rightTotal, owner);
        }
        branch.set(left, merged, leftTotal + rightTotal);
        branch.remove(left + 1, left + 2);
    }

    private static int weight(CountedBranch branch, int child) {
        return branch.children[child] instanceof CountedBranch inner ? inner.size : branch.counts[child];
    }

    private static @Nullable Object[] leaf(@Nullable Object node) {
        return (@Nullable Object[]) present(node);
    }

    private static Object child(CountedBranch branch, int child) {
        return present(branch.children[child]);
    }

    private static Object present(@Nullable Object node) {
        if (node == null) throw new IllegalStateException("counts of the tree do not add up");
        return node;
    }
}
