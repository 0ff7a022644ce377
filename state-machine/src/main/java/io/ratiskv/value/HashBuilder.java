package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A hash while its fields are read from a snapshot, in the shape it had. Confined to the thread that reads. */
public final class HashBuilder {
    /** From here on doubles do not tell all integers apart. */
    private static final double DEADLINES_END = 1L << 53;

    private final Shapes shapes;
    private final boolean compact;
    private TrieHash trie;
    private final PackedStrings.Builder pairs = new PackedStrings.Builder();
    private int size;
    private @Nullable SortedSetBuilder deadlines;

    public HashBuilder(boolean compact, Shapes shapes) {
        this.compact = compact;
        this.shapes = shapes;
        this.trie = TrieHash.empty(shapes);
    }

    /** The next field, in the order {@link HashValue#forEach} told them. */
    public void add(Bytes field, Bytes value) {
        size++;
        if (compact) {
            pairs.add(field);
            pairs.add(value);
        } else {
            trie = trie.put(field, value, shapes);
        }
    }

    /** It is in the shape that has deadlines beside it, be there any or not. */
    public void expiring() {
        deadlines = new SortedSetBuilder(shapes);
    }

    /**
     * The next deadline, in the order {@link HashValue#deadlines} told them.
     *
     * @throws IllegalArgumentException if the field has one already
     */
    public void addDeadline(Bytes field, long expireAtMillis) {
        Objects.requireNonNull(deadlines).add(field, (double) expireAtMillis);
    }

    /** @throws IllegalArgumentException if there is no field, one was there twice, or one with a deadline was not there */
    public HashValue build() {
        HashValue hash = compact ? CompactHash.of(pairs.build()) : trie;
        if (size == 0 || hash.size() != size) {
            throw new IllegalArgumentException("a hash of " + size + " fields has " + hash.size());
        }
        return deadlines == null ? hash : new ExpiringHash(hash, deadlinesOf(hash, deadlines.build()));
    }

    private static SortedSetValue deadlinesOf(HashValue hash, SortedSetValue deadlines) {
        deadlines.forEach((field, deadline) -> {
            if (hash.get(field) == null || deadline <= 0 || deadline >= DEADLINES_END) {
                throw new IllegalArgumentException("no field expires at " + deadline + ": " + field);
            }
        });
        return deadlines;
    }
}
