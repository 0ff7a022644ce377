package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.CountedTreeView;
import io.ratiskv.collect.GroupPrefetch;
import io.ratiskv.collect.HashTrieView;
import io.ratiskv.collect.TreePrefetch;
import java.util.Arrays;
import java.util.OptionalDouble;
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
    private final byte[] @Nullable [] scored = new byte[GroupPrefetch.SIZE] @Nullable [];
    private int count;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics cannot be made otherwise
    private static @Nullable CountedTreeView<byte[]>[] newOrders() {
        return new CountedTreeView[GroupPrefetch.SIZE];
    }

    /** Whether it pays for this member of a collection of so many. */
    static boolean pays(int members, Bytes member) {
        return members >= MEMBERS_MIN && member.length() <= LENGTH_MAX;
    }

    /** A member of a set or a hash; at most {@link GroupPrefetch#SIZE} of them all between two {@link #run}. */
    void add(HashTrieView<byte[]> trie, long hash) {
        members.add(trie, hash);
        count++;
    }

    /** A member of a sorted set, and the word that most likely is the score it will get. */
    void add(HashTrieView<byte[]> trie, long hash, CountedTreeView<byte[]> ordered, Bytes member, Bytes score) {
        orders[count] = ordered;
        OptionalDouble parsed = score.length() > LENGTH_MAX ? OptionalDouble.empty() : Numeral.parseDouble(score);
        scored[count] = parsed.isPresent() ? ScoredMember.of(member, parsed.getAsDouble()) : null;
        add(trie, hash);
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
                places.addHeld(ordered, held);
            }
            byte[] next = scored[i];
            if (ordered != null && next != null) {
                places.add(ordered, next);
            }
        }
        places.run();
        members.clear();
        Arrays.fill(orders, 0, count, null);
        Arrays.fill(scored, 0, count, null);
        count = 0;
    }
}
