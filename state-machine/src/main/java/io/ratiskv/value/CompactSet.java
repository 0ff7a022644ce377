package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Iterator;
import java.util.function.Consumer;

/** A small set as {@link PackedStrings}, in the order the members came. Immutable; any thread. */
final class CompactSet implements SetValue {
    static final CompactSet EMPTY = new CompactSet(PackedStrings.NONE, 0, 0);

    private final byte[] members;
    private final int size;
    private final int contentBytes;

    private CompactSet(byte[] members, int size, int contentBytes) {
        this.members = members;
        this.size = size;
        this.contentBytes = contentBytes;
    }

    @Override
    public SetShape shape() {
        return SetShape.COMPACT;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public boolean contains(Bytes member) {
        return find(member) >= 0;
    }

    @Override
    public SetValue roomFor(int more, Shapes shapes) {
        return more > shapes.limits().of(Limit.SET_ENTRIES) ? toTrie(shapes) : this;
    }

    @Override
    public SetValue add(Bytes member, Shapes shapes) {
        if (contains(member)) {
            return this;
        }
        if (size >= shapes.limits().of(Limit.SET_ENTRIES)
                || member.length() > shapes.limits().of(Limit.SET_VALUE_BYTES)) {
            return toTrie(shapes).add(member, shapes);
        }
        byte[] grown = PackedStrings.splice(members, members.length, members.length, member);
        return new CompactSet(grown, size + 1, contentBytes + member.length());
    }

    @Override
    public SetValue remove(Bytes member, Shapes shapes) {
        int at = find(member);
        if (at < 0) {
            return this;
        }
        byte[] shrunk = PackedStrings.splice(members, at, PackedStrings.end(members, at));
        return new CompactSet(shrunk, size - 1, contentBytes - member.length());
    }

    @Override
    public Iterator<Bytes> iterator() {
        return PackedStrings.iterator(members, 0);
    }

    @Override
    public long scan(long cursor, int count, Consumer<Bytes> visitor) {
        // All at once, as Redis does: there is no order that a cursor could keep across changes.
        if (cursor == 0) {
            forEach(visitor);
        }
        return 0;
    }

    @Override
    public Bytes at(int rank) {
        return PackedStrings.string(members, PackedStrings.seek(members, rank));
    }

    private int find(Bytes member) {
        return PackedStrings.find(members, member, 1);
    }

    /** The members of a snapshot. */
    static CompactSet of(byte[] members) {
        int size = 0;
        int contentBytes = 0;
        for (int at = 0; at < members.length; at = PackedStrings.end(members, at)) {
            size++;
            contentBytes += Varint.read(members, at);
        }
        return new CompactSet(members, size, contentBytes);
    }

    private TrieSet toTrie(Shapes shapes) {
        TrieSet trie = TrieSet.empty(shapes);
        for (Bytes member : this) {
            trie = trie.add(member, shapes);
        }
        return trie;
    }
}
