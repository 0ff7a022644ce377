package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.HashTrie;
import io.ratiskv.collect.HashTrieView;
import java.util.Iterator;
import java.util.function.Consumer;

/** A set of any size: a trie of its members, each an array of its own. As {@link Value}. */
final class TrieSet implements SetValue {
    private final HashTrie<byte[]> trie;
    private final Shapes shapes;
    private final long contentBytes;

    private TrieSet(HashTrie<byte[]> trie, Shapes shapes, long contentBytes) {
        this.trie = trie;
        this.shapes = shapes;
        this.contentBytes = contentBytes;
    }

    static TrieSet empty(Shapes shapes) {
        return new TrieSet(new HashTrie<>(shapes.members(), shapes.epoch()), shapes, 0);
    }

    @Override
    public SetShape shape() {
        return SetShape.TRIE;
    }

    @Override
    public int size() {
        return trie.size();
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public boolean contains(Bytes member) {
        return trie.get(hashOf(member), member.array(), member.offset(), member.length()) != null;
    }

    @Override
    public SetValue roomFor(int members, Shapes now) {
        return this;
    }

    @Override
    public TrieSet add(Bytes member, Shapes now) {
        long hash = hashOf(member);
        // Searched for first: a member that is there costs no array and copies no node.
        if (trie.get(hash, member.array(), member.offset(), member.length()) != null) {
            return this;
        }
        HashTrie<byte[]> writable = trie.writable();
        writable.put(hash, member.toByteArray());
        return new TrieSet(writable, shapes, contentBytes + member.length());
    }

    @Override
    public SetValue remove(Bytes member, Shapes now) {
        HashTrie<byte[]> writable = trie.writable();
        byte[] removed = writable.remove(hashOf(member), member.array(), member.offset(), member.length());
        return removed == null ? this : new TrieSet(writable, shapes, contentBytes - member.length());
    }

    @Override
    public Iterator<Bytes> iterator() {
        return new Wrapped(trie.iterator());
    }

    /** The members that {@code other} has too, or those that it does not have. */
    Iterator<Bytes> compared(TrieSet other, boolean common) {
        return new Wrapped(common ? trie.alsoIn(other.trie) : trie.missingIn(other.trie));
    }

    @Override
    public long scan(long cursor, int count, Consumer<Bytes> visitor) {
        if (cursor < 0 || cursor >= HashTrieView.CURSOR_LIMIT) {
            return 0;
        }
        return trie.scan(cursor, count, member -> visitor.accept(Bytes.wrap(member)));
    }

    @Override
    public Bytes at(int rank) {
        return Bytes.wrap(trie.byIndex(rank));
    }

    @Override
    public void expect(Bytes[] words, MemberPrefetch prefetch) {
        if (words.length > 2) {
            prefetch.add(trie, shapes.hash(), words[2]);
        }
    }

    private long hashOf(Bytes member) {
        return shapes.hash().hash(member.array(), member.offset(), member.length());
    }
}
