package io.ratiskv.collect;

import org.jspecify.annotations.Nullable;

/** The 128 chunks of all slots, each made when its first slot gets an element, and how many elements each holds. */
final class SlotDirectory {
    private static final int WIDTH = Slots.COUNT / SlotChunk.WIDTH;

    final Epoch.Token owner;
    final int[] counts;
    final @Nullable SlotChunk[] chunks;

    private SlotDirectory(Epoch.Token owner, int[] counts, @Nullable SlotChunk[] chunks) {
        this.owner = owner;
        this.counts = counts;
        this.chunks = chunks;
    }

    static SlotDirectory empty(Epoch.Token owner) {
        return new SlotDirectory(owner, new int[WIDTH], new @Nullable SlotChunk[WIDTH]);
    }

    /** Returns this directory if it belongs to the epoch, else a copy that does. */
    SlotDirectory ownedBy(Epoch.Token epoch) {
        return owner == epoch ? this : new SlotDirectory(epoch, counts.clone(), chunks.clone());
    }
}
