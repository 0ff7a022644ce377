package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Command;
import io.ratiskv.transcript.ReplyText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request and what each side replied. Immutable.
 *
 * @param command null for a request of no command
 * @param protocol of RESP, 2 or 3
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a request as it is
record Exchange(@Nullable Command command, int protocol, Bytes[] words, Reply theirs, Reply ours) {
    /** The command's, empty without one. */
    String name() {
        return command == null ? "" : command.name();
    }

    boolean has(String token) {
        return Arrays.stream(words).anyMatch(word -> word.equalsIgnoreCase(token));
    }

    String theirText() {
        return ReplyText.of(theirs);
    }

    String ourText() {
        return ReplyText.of(ours);
    }
}
