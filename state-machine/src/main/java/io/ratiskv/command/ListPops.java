package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.ListHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What LMPOP and BLMPOP are asked: elements from an end of the first list that there is. Immutable. */
record ListPops(List<Bytes> keys, ListEnd end, long count) {
    /** Takes the rest of the call's words. */
    static ListPops parse(Call call) {
        CommandException noNumber = new CommandException("ERR numkeys should be greater than 0");
        long numkeys = call.takeLong(noNumber);
        if (numkeys < 1) {
            throw noNumber;
        }
        if (numkeys >= call.remaining()) {
            throw CommandException.syntax();
        }
        List<Bytes> keys = call.take((int) numkeys);
        ListEnd end = ListCommands.takeEnd(call);
        long count = 1;
        if (call.acceptWithValue("COUNT")) {
            CommandException noCount = new CommandException("ERR count should be greater than 0");
            count = call.takeLong(noCount);
            if (count < 1) {
                throw noCount;
            }
        }
        if (call.hasMore()) {
            throw CommandException.syntax();
        }
        return new ListPops(keys, end, count);
    }

    /** The key of the list and what was popped; null when there is no list. */
    @Nullable
    Reply run(Call call) {
        for (Bytes key : keys) {
            ListHandle list = call.list(key);
            if (list.size() > 0) {
                List<Bytes> popped = list.pop(end, (int) Math.min(count, list.size()));
                return Reply.array(List.of(Reply.bulk(key), ListCommands.bulks(popped)));
            }
        }
        return null;
    }
}
