package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.References;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counted ids, and what is to become of references to their entries: the options of XDELEX and XACKDEL. Immutable.
 *
 * @param words the ids, not read yet
 */
record StreamIdBlock(References references, List<Bytes> words) {
    /** Takes the rest of the call's words. */
    static StreamIdBlock parse(Call call) {
        @Nullable References references = null;
        @Nullable List<Bytes> words = null;
        while (call.hasMore()) {
            @Nullable References more = references == null ? StreamOptions.takeReferences(call) : null;
            if (more != null) {
                references = more;
            } else if (words == null && call.acceptWithValue("IDS")) {
                words = takeIds(call);
            } else {
                throw CommandException.syntax();
            }
        }
        if (words == null) {
            throw CommandException.syntax();
        }
        return new StreamIdBlock(references == null ? References.KEPT : references, words);
    }

    private static List<Bytes> takeIds(Call call) {
        OptionalLong count = Numeral.parseLong(call.take());
        if (count.isEmpty() || count.getAsLong() < 1) {
            throw new CommandException("ERR Number of IDs must be a positive integer");
        }
        if (count.getAsLong() > call.remaining()) {
            throw new CommandException("ERR The `numids` parameter must match the number of arguments");
        }
        return call.take((int) count.getAsLong());
    }

    List<StreamId> ids() {
        return words.stream().map(word -> StreamIds.parse(word, 0)).toList();
    }

    /** What there is to say of entries where there is no stream, or no group. */
    Reply allMissing() {
        return Reply.array(Collections.nCopies(words.size(), Reply.of(-1)));
    }
}
