package io.ratiskv.collect;

import org.jspecify.annotations.Nullable;

/**
 * One of the two levels that lead from a slot to its trie: 128 children and how many elements each holds. The 128 children of the upper
 * level are tables of 128 slots each, made when their first slot gets an element.
 */
final class SlotTable {
    /** Seven bits of the slot choose a child at each level. */
    static final int BITS = 7;

    static final int WIDTH = 1 << BITS;

    final Epoch.Token owner;
    final int[] counts;
    final @Nullable Object[] children;

    private SlotTable(Epoch.Token owner, int[] counts, @Nullable Object[] children) {
        this.owner = owner;
        this.counts = counts;
        this.children = children;
    }

    /** Returns the table if it belongs to the epoch, else a copy that does, empty if there is none. */
    static SlotTable owned(@Nullable SlotTable table, Epoch.Token epoch) {
        if (table == null) return new SlotTable(epoch, new int[WIDTH], new @Nullable Object[WIDTH]);
        if (table.owner == epoch) return table;
        return new SlotTable(epoch, table.counts.clone(), table.children.clone());
    }

    /** Returns the table of 128 slots that {@code slot} belongs to, or null. */
    @Nullable
    SlotTable chunk(int slot) {
        return (SlotTable) children[slot >>> BITS];
    }

    /** Returns the root of the trie of a slot of this chunk. */
    @Nullable
    Object trie(int slot) {
        return children[slot & (WIDTH - 1)];
    }
}
