package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What XREAD and XREADGROUP are asked for. Immutable.
 *
 * @param group empty for XREAD, as {@code consumer}
 * @param countMax of entries of each stream
 * @param timeoutMillis how long to wait, 0 for ever; {@link #NOT_AT_ALL}
 * @param acknowledges whether what is read counts as acknowledged
 * @param ids as many as keys
 */
record StreamReading(
        Bytes group,
        Bytes consumer,
        long countMax,
        long timeoutMillis,
        boolean acknowledges,
        List<Bytes> keys,
        List<Bytes> ids) {
    private static final long NOT_AT_ALL = -1;

    /** Takes the rest of the call's words. */
    static StreamReading parse(Call call, boolean forGroup) {
        @Nullable Bytes group = null;
        Bytes consumer = Bytes.EMPTY;
        long count = 0;
        long timeoutMillis = NOT_AT_ALL;
        boolean acknowledges = false;
        while (!call.acceptWithValue("STREAMS")) {
            if (call.acceptWithValue("BLOCK")) {
                if (call.isScripted()) {
                    // The other commands that wait just do not.
                    throw new CommandException("ERR " + Errors.quoted(call.typedName())
                            + " command is not allowed with BLOCK option from scripts");
                }
                timeoutMillis = WaitTime.millis(call.take(), call.nowMillis());
            } else if (call.acceptWithValue("COUNT")) {
                count = call.takeLong();
            } else if (call.remaining() > 2 && call.accept("GROUP")) {
                requireGroupCommand(forGroup, "GROUP");
                group = call.take();
                consumer = call.take();
            } else if (call.accept("NOACK")) {
                requireGroupCommand(forGroup, "NOACK");
                acknowledges = true;
            } else {
                throw CommandException.syntax();
            }
        }
        int streams = call.remaining() / 2;
        if (call.remaining() % 2 != 0) {
            throw new CommandException("ERR Unbalanced '" + call.command().name() + "' list of streams: for each stream"
                    + " key an ID or '" + (forGroup ? '>' : '$') + "' must be specified.");
        }
        if (forGroup && group == null) {
            throw new CommandException("ERR Missing GROUP option for XREADGROUP");
        }
        return new StreamReading(
                group == null ? Bytes.EMPTY : group,
                consumer,
                count <= 0 ? Long.MAX_VALUE : count,
                timeoutMillis,
                acknowledges,
                call.take(streams),
                call.take(streams));
    }

    private static void requireGroupCommand(boolean forGroup, String option) {
        if (!forGroup) {
            throw new CommandException(
                    "ERR The " + option + " option is only supported by XREADGROUP. You called XREAD instead.");
        }
    }

    boolean waits() {
        return timeoutMillis != NOT_AT_ALL;
    }
}
