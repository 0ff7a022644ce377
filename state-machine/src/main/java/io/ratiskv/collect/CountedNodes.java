package io.ratiskv.collect;

import java.util.ArrayList;
import java.util.Arrays;
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
 * an element is found by its index as well as by comparison. All changes go along the path that one of both found. A full
 * node splits in the middle, except at either end of the sequence, where it is left full: what grows at its ends is
 * packed. Small neighbours merge; a node may be smaller than half as long as its neighbours are large. A change returns the
 * node to put in place of the one it was given.
 */
final class CountedNodes<E> {
    /**
     * The most elements of a leaf and children of a branch. Measured: with 32 a sorted set changes somewhat faster than
     * with 64 or 16, and takes half a byte per element more than with 64.
     */
    static final int FANOUT = 32;
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

    /** Which child of each branch, from the root on, leads to {@link #place}. */
    private int[] path = new int[8];
    /** An element of a leaf, or the gap before it. */
    private int place;
    /** Whether the gap is before all elements, behind all, or within. */
    private int where;

    private final @Nullable Comparator<? super E> order;
    private final @Nullable PrefixOrder<Object> prefixes;

    /** @param order null where elements are found by index alone */
    @SuppressWarnings("unchecked") // it is only asked about elements
    CountedNodes(Epoch epoch, @Nullable Comparator<? super E> order) {
        this.epoch = epoch;
        this.order = order;
        this.prefixes = order instanceof PrefixOrder<?> known ? (PrefixOrder<Object>) known : null;
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
        long prefix = prefix(order, probe);
        while (node instanceof CountedBranch branch) {
            int child = childOf(branch, order, probe, prefix);
            before += branch.countBefore(child);
            count = branch.counts[child];
            node = branch.children[child];
        }
        if (node == null) return -1;
        int found = searchLeaf(leaf(node), count, order, probe);
        return found >= 0 ? before + found : found - before;
    }

    @SuppressWarnings("unchecked") // a probe is an element
    private static <E> long prefix(Comparator<? super E> order, E probe) {
        return order instanceof PrefixOrder<?> known ? ((PrefixOrder<E>) known).prefix(probe) : 0;
    }

    /** The last child whose first element is not greater than the probe, or the first. */
    private static <E> int childOf(CountedBranch branch, Comparator<? super E> order, E probe, long prefix) {
        boolean known = branch.prefixes.length > 0;
        if (known) {
            int child = branch.childByPrefix(prefix);
            if (branch.prefixes[child] != prefix) return child;
        }
        int low = 0;
        int high = branch.size - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            long first = known ? branch.prefixes[middle] : prefix;
            boolean greater = first == prefix ? isGreater(branch.firsts[middle], order, probe) : first > prefix;
            if (greater) high = middle - 1;
            else low = middle;
        }
        return low;
    }

    @SuppressWarnings("unchecked") // firsts are elements
    private static <E> boolean isGreater(@Nullable Object first, Comparator<? super E> order, E probe) {
        return order.compare((E) first, probe) > 0;
    }

    /** As {@link #search}, in one leaf. */
    private static <E> int searchLeaf(@Nullable Object[] leaf, int count, Comparator<? super E> order, E probe) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int comparison = order.compare(CountedLeaf.<E>element(leaf, middle), probe);
            if (comparison == 0) return middle;
            if (comparison < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1 - low;
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

    /** As {@link #find}, quicker for an element that the tree itself gave: the others of its leaf are not looked at. */
    boolean findHeld(Object root, int size, E element) {
        return find(root, size, element, true);
    }

    /** Finds the way to the element equal to the probe, or to the gap where it would be; false if there is none. */
    boolean find(Object root, int size, E probe) {
        return find(root, size, probe, false);
    }

    private boolean find(Object root, int size, E probe, boolean held) {
        Comparator<? super E> by = order;
        if (by == null) throw new IllegalStateException("these elements have no order");
        long prefix = prefix(by, probe);
        Object node = root;
        int count = size;
        int depth = 0;
        boolean first = true;
        boolean last = true;
        while (node instanceof CountedBranch branch) {
            int child = childOf(branch, by, probe, prefix);
            step(depth++, child);
            first &= child == 0;
            last &= child == branch.size - 1;
            count = branch.counts[child];
            node = branch.children[child];
        }
        int found = held ? CountedLeaf.indexOf(leaf(node), count, probe) : -1;
        if (found < 0) found = searchLeaf(leaf(node), count, by, probe);
        place = found >= 0 ? found : -1 - found;
        where = last && place == count ? AT_END : first && place == 0 ? AT_START : WITHIN;
        return found >= 0;
    }

    /** Finds the way to the element at {@code index}. */
    void seek(@Nullable Object root, int index) {
        Object node = root;
        int depth = 0;
        int rest = index;
        while (node instanceof CountedBranch branch) {
            int child = 0;
            while (rest >= branch.counts[child]) rest -= branch.counts[child++];
            step(depth++, child);
            node = branch.children[child];
        }
        place = rest;
    }

    /** Finds the way to the gap before the element at {@code index}, or behind the last. */
    void seekGap(@Nullable Object root, int size, int index) {
        Object node = root;
        int depth = 0;
        int rest = index;
        while (node instanceof CountedBranch branch) {
            int child = 0;
            while (child < branch.size - 1 && rest > branch.counts[child]) rest -= branch.counts[child++];
            step(depth++, child);
            node = branch.children[child];
        }
        place = rest;
        where = index == size ? AT_END : index == 0 ? AT_START : WITHIN;
    }

    private void step(int depth, int child) {
        if (depth == path.length) path = Arrays.copyOf(path, 2 * depth);
        path[depth] = child;
    }

    /** Returns {@code root}, which holds {@code size} elements, with one more in the gap that was found. */
    Object insert(@Nullable Object root, int size, E element) {
        if (root == null) return CountedLeaf.of(element, epoch.current());
        Object left = insert(root, size, 0, element);
        Object right = rightHalf;
        if (right == null) return left;
        rightHalf = null;
        CountedBranch branch = new CountedBranch(epoch.current(), 3, prefixes);
        branch.insert(0, left, leftCount);
        branch.insert(1, right, size + 1 - leftCount);
        return branch;
    }

    /** Returns {@code root} with the element that was found replaced. */
    Object set(@Nullable Object root, E element) {
        return set(present(root), 0, element);
    }

    private Object set(Object node, int depth, E element) {
        if (node instanceof CountedBranch old) {
            int child = path[depth];
            CountedBranch branch = old.ownedBy(epoch.current());
            branch.set(child, set(child(branch, child), depth + 1, element), branch.counts[child]);
            return branch;
        }
        @Nullable Object[] leaf = CountedLeaf.ownedBy(leaf(node), epoch.current());
        displaced = CountedLeaf.element(leaf, place);
        CountedLeaf.set(leaf, place, element);
        return leaf;
    }

    /** Returns {@code root}, which holds {@code size} elements, without the one that was found. */
    @Nullable
    Object remove(@Nullable Object root, int size) {
        return root == null ? null : withoutNeedlessLevels(remove(root, size, 0));
    }

    private @Nullable Object remove(Object node, int count, int depth) {
        if (!(node instanceof CountedBranch old)) {
            displaced = CountedLeaf.element(leaf(node), place);
            return count == 1 ? null : CountedLeaf.remove(leaf(node), count, place, place + 1, epoch.current());
        }
        int child = path[depth];
        int childCount = old.counts[child];
        Object rest = remove(child(old, child), childCount, depth + 1);
        CountedBranch branch = old.ownedBy(epoch.current());
        if (rest == null) branch.remove(child, child + 1);
        else branch.set(child, rest, childCount - 1);
        if (branch.size > 1) mergeAround(branch, Math.min(child, branch.size - 1));
        return branch.size == 0 ? null : branch;
    }

    /** Returns {@code root}, which holds {@code size} elements, without {@code [from, to)}. */
    @Nullable
    Object removeRange(@Nullable Object root, int size, int from, int to) {
        if (root == null || from == to) return root;
        return withoutNeedlessLevels(without(root, size, from, to));
    }

    /** Returns a branch above all these elements, with nodes as full as they can be; it may have one child or none. */
    CountedBranch pack(Iterator<? extends E> elements) {
        Epoch.Token owner = epoch.current();
        List<CountedBranch> level = new ArrayList<>();
        CountedBranch last = new CountedBranch(owner, FANOUT, prefixes);
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
            upper.add(new CountedBranch(owner, FANOUT, prefixes));
            for (CountedBranch node : level) {
                last = last(upper, owner);
                last.insert(last.size, node, node.total());
            }
            level = upper;
        }
        return level.get(0);
    }

    private CountedBranch last(List<CountedBranch> level, Epoch.Token owner) {
        CountedBranch last = level.get(level.size() - 1);
        if (last.size < FANOUT) return last;
        last = new CountedBranch(owner, FANOUT, prefixes);
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

    private Object insert(Object node, int count, int depth, E element) {
        if (!(node instanceof CountedBranch old)) {
            @Nullable Object[] leaf = leaf(node);
            return count < FANOUT
                    ? CountedLeaf.insert(leaf, count, place, element, epoch.current())
                    : splitLeaf(leaf, element);
        }
        int child = path[depth];
        int oldCount = old.counts[child];
        Object left = insert(child(old, child), oldCount, depth + 1, element);

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
        return splitBranch(branch, child + 1, right, rightCount);
    }

    private @Nullable Object[] splitLeaf(@Nullable Object[] leaf, E element) {
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
        if (place <= cut) {
            rightHalf = right;
            leftCount = cut + 1;
            return CountedLeaf.insert(left, cut, place, element, owner);
        }
        rightHalf = CountedLeaf.insert(right, FANOUT - cut, place - cut, element, owner);
        leftCount = cut;
        return left;
    }

    private CountedBranch splitBranch(CountedBranch branch, int child, Object node, int count) {
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
