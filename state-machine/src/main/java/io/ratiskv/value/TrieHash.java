package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.HashTrie;
import io.ratiskv.collect.HashTrieView;
import org.jspecify.annotations.Nullable;

/** A hash of any size: a trie of {@link FieldEntry}s. As {@link Value}. */
final class TrieHash implements HashValue {
    private final HashTrie<byte[]> trie;
    private final Shapes shapes;
    private final long contentBytes;

    private TrieHash(HashTrie<byte[]> trie, Shapes shapes, long contentBytes) {
        this.trie = trie;
        this.shapes = shapes;
        this.contentBytes = contentBytes;
    }

    static TrieHash empty(Shapes shapes) {
        return new TrieHash(new HashTrie<>(shapes.fields(), shapes.epoch()), shapes, 0);
    }

    @Override
    public boolean isCompact() {
        return false;
    }

    @Override
    public String encoding() {
        return "hashtable";
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
    public @Nullable Bytes get(Bytes field) {
        byte[] entry = trie.get(hashOf(field), field.array(), field.offset(), field.length());
        return entry == null ? null : FieldEntry.value(entry);
    }

    @Override
    public HashValue roomFor(int fields, Shapes now) {
        return this;
    }

    @Override
    public TrieHash put(Bytes field, Bytes value, Shapes now) {
        HashTrie<byte[]> writable = trie.writable();
        byte[] displaced = writable.put(hashOf(field), FieldEntry.of(field, value));
        long more = displaced == null
                ? (long) field.length() + value.length()
                : (long) value.length() - FieldEntry.value(displaced).length();
        return new TrieHash(writable, shapes, contentBytes + more);
    }

    @Override
    public HashValue remove(Bytes field, Shapes now) {
        HashTrie<byte[]> writable = trie.writable();
        byte[] removed = writable.remove(hashOf(field), field.array(), field.offset(), field.length());
        if (removed == null) {
            return this;
        }
        long less = (long) field.length() + FieldEntry.value(removed).length();
        return new TrieHash(writable, shapes, contentBytes - less);
    }

    @Override
    public void forEach(FieldVisitor visitor) {
        for (byte[] entry : trie) {
            tell(visitor, entry);
        }
    }

    @Override
    public long scan(long cursor, int count, FieldVisitor visitor) {
        if (cursor < 0 || cursor >= HashTrieView.CURSOR_LIMIT) {
            return 0;
        }
        return trie.scan(cursor, count, entry -> tell(visitor, entry));
    }

    @Override
    public void at(int rank, FieldVisitor visitor) {
        tell(visitor, trie.byIndex(rank));
    }

    @Override
    public void expect(Bytes[] words, MemberPrefetch prefetch) {
        if (words.length > 2) {
            prefetch.add(trie, shapes.hash(), words[2]);
        }
    }

    private long hashOf(Bytes field) {
        return shapes.hash().hash(field.array(), field.offset(), field.length());
    }

    private static void tell(FieldVisitor visitor, byte[] entry) {
        visitor.visit(FieldEntry.field(entry), FieldEntry.value(entry));
    }
}
