package io.ratiskv.collect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A set of elements found by slot and hash: one hash trie for each of the 16384 slots, with epoch copy-on-write
 * and counts. Confined to the owner of its epoch.
 *
 * <p>A slot is a subtree, so what belongs to a slot is counted, listed and dropped without an index beside the
 * trie. Above the slots stand two levels of 128, made as they are needed: an empty trie is one small object.
 *
 * @param <E> the elements; not {@code Object[]}
 */
public final class SlotTrie<E> extends SlotTrieView<E> {
    private final Epoch epoch;
    private final HashNodes<E> nodes;

    /** Creates an empty trie whose changes copy what is older than {@code epoch}. */
    public SlotTrie(ElementKeys<E> keys, Epoch epoch) {
        super(keys, null, 0);
        this.epoch = epoch;
        this.nodes = new HashNodes<>(keys, epoch);
    }

    /**
     * Puts the element in place of the one of the slot with the same key.
     *
     * @param slot 0 to 16383, the same for every element with this key
     * @param hash {@link ElementKeys#hash} of the element
     * @return the element displaced or null
     */
    @SuppressWarnings("ReferenceEquality") // a trie that came back itself was changed in place
    public @Nullable E put(int slot, long hash, E element) {
        Objects.checkIndex(slot, Slots.COUNT);
        Object old = trie(slot);
        Object changed = nodes.put(old, hash, element);
        E displaced = nodes.takeDisplaced();
        if (changed != old || displaced == null) update(slot, changed, displaced == null ? 1 : 0);
        return displaced;
    }

    /**
     * Removes and returns the element of the slot with the key {@code key[offset, offset + length)}; null if
     * there is none.
     */
    public @Nullable E remove(int slot, long hash, byte[] key, int offset, int length) {
        Object old = trie(slot);
        Object changed = nodes.remove(old, hash, key, offset, length);
        E displaced = nodes.takeDisplaced();
        if (displaced != null) update(slot, changed, -1);
        return displaced;
    }

    /** Removes all elements of the slot, in O(1). */
    public void clear(int slot) {
        int count = size(slot);
        if (count > 0) update(slot, null, -count);
    }

    /** Removes all elements, in O(1). */
    public void clear() {
        root = null;
        size = 0;
    }

    /** Returns a view of the present content that never changes, and raises the epoch; O(1). */
    public SlotTrieView<E> freeze() {
        epoch.raise();
        return new SlotTrieView<>(keys, root, size);
    }

    private void update(int slot, @Nullable Object trie, int more) {
        Epoch.Token owner = epoch.current();
        SlotDirectory oldDirectory = root;
        SlotChunk oldChunk = chunk(slot);
        SlotDirectory directory = oldDirectory == null ? SlotDirectory.empty(owner) : oldDirectory.ownedBy(owner);
        SlotChunk chunk = oldChunk == null ? SlotChunk.empty(owner) : oldChunk.ownedBy(owner);
        int chunkNumber = slot >>> SlotChunk.BITS;
        chunk.set(inChunk(slot), trie, chunk.counts[inChunk(slot)] + more);
        directory.chunks[chunkNumber] = chunk;
        directory.counts[chunkNumber] += more;
        root = directory;
        size += more;
    }
}
