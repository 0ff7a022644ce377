package io.ratiskv.collect;

import org.jspecify.annotations.Nullable;

/**
 * An inner node of a hash trie: 32 positions, chosen by five bits of the hash, that neighbours may share.
 *
 * <p>A set bit of {@code bitmap} begins a range of positions that ends before the next set bit; bit 0 is always
 * set. The child of a range is null (empty), a {@link HashLeaf}, or, if the range is one position wide, a
 * branch. A full leaf splits its range in two, so leaves stay between half full and full however many elements
 * there are, where giving each position its own leaf would leave 32 almost empty ones after every split. Ranges
 * are as wide as a power of two and aligned to it.
 */
final class HashBranch {
    /** How many bits of the hash a branch consumes. */
    static final int BITS = 5;
    /** The deepest branch begins at this bit: below it no hash bits are left. */
    static final int DEPTH_MAX = 60;

    private static final int POSITIONS = 1 << BITS;
    private static final int MARKS_PER_POSITION_LOG = HashLeaf.MARK_BITS - BITS;

    final Epoch.Token owner;
    int bitmap;
    /** How many elements there are below. */
    int count;
    /** One child per set bit of {@link #bitmap}. */
    @Nullable
    Object[] children;

    HashBranch(Epoch.Token owner, int bitmap, int count, @Nullable Object[] children) {
        this.owner = owner;
        this.bitmap = bitmap;
        this.count = count;
        this.children = children;
    }

    /** Returns a branch whose two children are the halves of an over-full leaf marked for the branch's depth. */
    static HashBranch ofHalves(@Nullable Object[] leaf, Epoch.Token owner) {
        HashBranch branch = new HashBranch(owner, 1, HashLeaf.count(leaf), new @Nullable Object[] {leaf});
        branch.split(0, 0, POSITIONS, leaf);
        return branch;
    }

    /** Returns this branch if it belongs to the epoch, else a copy that does. */
    HashBranch ownedBy(Epoch.Token epoch) {
        return owner == epoch ? this : new HashBranch(epoch, bitmap, count, children.clone());
    }

    static int position(long hash, int depth) {
        return (int) (hash << depth >>> (64 - BITS));
    }

    /** Returns the index of the child whose range holds the position. */
    int childIndex(int position) {
        return Integer.bitCount(upTo(position)) - 1;
    }

    /** Returns the first position of the range that holds this one. */
    int rangeStart(int position) {
        return 31 - Integer.numberOfLeadingZeros(upTo(position));
    }

    /** Returns the first position behind the range that holds this one. */
    int rangeEnd(int position) {
        return Integer.numberOfTrailingZeros(bitmap & ~(-1 >>> (31 - position)));
    }

    /** Returns the least mark of a leaf whose range begins at {@code start}. */
    static int lowMark(int start) {
        return start << MARKS_PER_POSITION_LOG;
    }

    /** Returns the binary logarithm of how many marks lead to a leaf of this range. */
    static int marksLog(int start, int end) {
        return MARKS_PER_POSITION_LOG + Integer.numberOfTrailingZeros(end - start);
    }

    /**
     * Gives each half of the range {@code [start, end)}, wider than one, its part of the leaf. This branch is
     * owned.
     */
    void split(int index, int start, int end, @Nullable Object[] leaf) {
        int middle = start + end >>> 1;
        int cut = HashLeaf.lowerBound(leaf, lowMark(middle), lowMark(start), marksLog(start, end));
        @Nullable Object[] grown = new @Nullable Object[children.length + 1];
        System.arraycopy(children, 0, grown, 0, index);
        System.arraycopy(children, index + 1, grown, index + 2, children.length - index - 1);
        grown[index] = HashLeaf.slice(leaf, 0, cut, owner);
        grown[index + 1] = HashLeaf.slice(leaf, cut, HashLeaf.count(leaf), owner);
        children = grown;
        bitmap |= 1 << middle;
    }

    /**
     * Joins the range that holds {@code position} with its buddy, again and again, while both are small leaves.
     * This branch is owned.
     */
    void merge(int position) {
        while (bitmap != 1) {
            int start = rangeStart(position);
            int width = rangeEnd(position) - start;
            int left = start & -(width << 1);
            int right = left + width;
            boolean buddiesAreRanges =
                    (bitmap & 1 << left) != 0 && rangeEnd(left) == right && rangeEnd(right) == right + width;
            if (!buddiesAreRanges) return;
            int index = childIndex(left);
            Object leftChild = children[index];
            Object rightChild = children[index + 1];
            if (leftChild instanceof HashBranch || rightChild instanceof HashBranch) return;
            if (HashNodes.count(leftChild) + HashNodes.count(rightChild) > HashLeaf.MERGE_UP_TO) return;

            @Nullable Object[] shrunk = new @Nullable Object[children.length - 1];
            System.arraycopy(children, 0, shrunk, 0, index);
            System.arraycopy(children, index + 2, shrunk, index + 1, shrunk.length - index - 1);
            shrunk[index] = joined(leftChild, rightChild);
            children = shrunk;
            bitmap &= ~(1 << right);
        }
    }

    /** Joins all ranges that are small leaves with their buddies. This branch is owned. */
    void mergeAll() {
        for (int position = 0; position < POSITIONS; position = rangeEnd(position)) {
            Object child = children[childIndex(position)];
            if (!(child instanceof HashBranch) && HashNodes.count(child) <= HashLeaf.MERGE_UP_TO) merge(position);
        }
    }

    private @Nullable Object joined(@Nullable Object left, @Nullable Object right) {
        if (left == null) return right;
        if (right == null) return left;
        return HashLeaf.concat((@Nullable Object[]) left, (@Nullable Object[]) right, owner);
    }

    private int upTo(int position) {
        return bitmap & -1 >>> (31 - position);
    }
}
