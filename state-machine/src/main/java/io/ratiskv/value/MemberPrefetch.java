package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.CountedTreeView;
import io.ratiskv.collect.GroupPrefetch;
import io.ratiskv.collect.HashTrieView;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.collect.TreePrefetch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Has the memory fetched at once that requests for members of large collections will touch, as {@link GroupPrefetch} does
 * for keys: {@link Value#expect} for each, then {@link #run}. Confined to whoever holds the state's lock.
 */
public final class MemberPrefetch {
    /** Smaller collections are in a processor's cache if they are used at all. */
    private static final int MEMBERS_MIN = 1 << 12;

    /** Longer words are rare, and reading them in vain would cost more than it gains. */
    private static final int LENGTH_MAX = 64;

    private final GroupPrefetch members = new GroupPrefetch();
    private final TreePrefetch<byte[]> places = new TreePrefetch<>(ScoredMember.ORDER);
    private final @Nullable CountedTreeView<byte[]>[] orders = newOrders();
    /** The score that each of a sorted set will get; NaN where none was guessed. */
    private final double[] scores = new double[GroupPrefetch.SIZE];

    private int count;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics cannot be made otherwise
    private static @Nullable CountedTreeView<byte[]>[] newOrders() {
        return new CountedTreeView[GroupPrefetch.SIZE];
    }

    /** A member of a set or a hash; at most {@link GroupPrefetch#SIZE} of all kinds between two {@link #run}. */
    void add(HashTrieView<byte[]> trie, KeyedHash hash, Bytes member) {
        if (pays(trie, member)) {
            add(trie, hash, member, null, Double.NaN);
        }
    }

    /**
     * A member of a sorted set.
     *
     * @param score the word that most likely is the one it will get; null if there is none
     */
    void add(
            HashTrieView<byte[]> trie,
            KeyedHash hash,
            Bytes member,
            CountedTreeView<byte[]> ordered,
            @Nullable Bytes score) {
        if (pays(trie, member)) {
            add(trie, hash, member, ordered, score == null ? Double.NaN : number(score));
        }
    }

    private static double number(Bytes word) {
        return word.length() > LENGTH_MAX
                ? Double.NaN
                : Numeral.parseDouble(word).orElse(Double.NaN);
    }

    private static boolean pays(HashTrieView<byte[]> trie, Bytes member) {
        return trie.size() >= MEMBERS_MIN && member.length() <= LENGTH_MAX;
    }

    private void add(
            HashTrieView<byte[]> trie,
            KeyedHash hash,
            Bytes member,
            @Nullable CountedTreeView<byte[]> ordered,
            double score) {
        members.add(trie, hash.hash(member.array(), member.offset(), member.length()));
        orders[count] = ordered;
        scores[count++] = score;
    }

    /** Fetches for those that were added, and forgets them. */
    public void run() {
        if (count == 0) {
            return;
        }
        members.run();
        for (int i = 0; i < count; i++) {
            CountedTreeView<byte[]> ordered = orders[i];
            if (ordered != null && members.found(i) instanceof byte[] held) {
                places.addHeld(ordered, ScoredMember.ORDER.prefix(held));
            }
            if (ordered != null && !Double.isNaN(scores[i])) {
                places.add(ordered, ScoredMember.prefix(scores[i]));
            }
        }
        places.run();
        members.clear();
        Arrays.fill(orders, 0, count, null);
        count = 0;
    }
}
