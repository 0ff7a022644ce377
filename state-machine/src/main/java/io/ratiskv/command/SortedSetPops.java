package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.Ranks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What ZMPOP and its kin are asked: members from an end of the first sorted set that there is. Immutable. */
record SortedSetPops(List<Bytes> keys, boolean highest, long count) {
    /** Takes the rest of the call's words. */
    static SortedSetPops parse(Call call) {
        long numkeys = call.takeLong(1, Long.MAX_VALUE, new CommandException("ERR numkeys should be greater than 0"));
        if (numkeys >= call.remaining()) {
            throw CommandException.syntax();
        }
        List<Bytes> keys = call.take((int) numkeys);
        boolean highest = call.accept("MAX");
        if (!highest && !call.accept("MIN")) {
            throw CommandException.syntax();
        }
        long count = 1;
        if (call.acceptWithValue("COUNT")) {
            count = call.takeLong(1, Long.MAX_VALUE, new CommandException("ERR count should be greater than 0"));
        }
        if (call.hasMore()) {
            throw CommandException.syntax();
        }
        return new SortedSetPops(keys, highest, count);
    }

    /** The key of the sorted set and what was popped; null when there is no sorted set. */
    @Nullable
    Reply run(Call call) {
        for (Bytes key : keys) {
            SortedSetHandle set = call.sortedSet(key);
            if (set.size() > 0) {
                return Reply.array(List.of(Reply.bulk(key), pop(set, count, highest, /* inPairs= */ true)));
            }
        }
        return null;
    }

    /** The members with the lowest or highest scores, which are gone then. */
    static Reply pop(SortedSetHandle set, long count, boolean highest, boolean inPairs) {
        int size = set.size();
        int taken = (int) Math.min(count, size);
        Ranks ranks = highest ? new Ranks(size - taken, size) : new Ranks(0, taken);
        ScoredReply popped = new ScoredReply(/* withScores= */ true, inPairs, taken);
        set.forEach(ranks, highest, popped);
        set.remove(ranks, highest ? Change.Unscoring.HIGHEST : Change.Unscoring.LOWEST);
        return popped.reply();
    }
}
