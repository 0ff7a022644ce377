package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.replication.ReadLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client without a connection of its own asks for. Immutable; any thread. The words are never written again.
 *
 * @param requests one, or those of a batch; never empty, and none of them is
 * @param atomic they run as one, as between MULTI and EXEC
 * @param reads what its reads may see
 * @param user who asks, and has proven it
 * @param client {@code host:port} that it came from
 * @param door {@code host:port} that it came to
 * @param key by which the client knows it when it comes again, to be done once; empty when it has none
 * @param traceparent of the client's trace, as in W3C Trace Context; null when it names none
 */
public record Errand(
        List<Bytes[]> requests,
        boolean atomic,
        ReadLevel reads,
        Bytes key,
        Bytes user,
        String client,
        String door,
        @Nullable String traceparent) {}
