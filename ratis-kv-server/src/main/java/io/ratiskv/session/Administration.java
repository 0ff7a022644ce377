package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.replication.MemberChange;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client may have done to the node and the group. Event loop only; nothing blocks; futures complete anywhere. */
public interface Administration {
    /** Writes a snapshot of this node's state; completes with its index when it is durable. */
    CompletableFuture<Long> snapshot();

    /** The digest of this node's state at an index that the log chose, the same on every node. */
    CompletableFuture<StateDigest> digest();

    /**
     * Looks at all keys, as this node has them once everything acknowledged before is applied.
     *
     * @param look at a state that does not change; not on the event loop
     */
    <T> CompletableFuture<T> contentDigest(Function<RedisDigest, T> look);

    /**
     * Hands the leadership over, whichever node has it: to {@code node}, or to any that is up to date when it is null.
     *
     * @return completes when that node leads, else with the error that a client is told
     */
    CompletableFuture<Void> transferLeadership(@Nullable String node, long timeoutMillis);

    /**
     * Changes who the members are, whichever node leads.
     *
     * @return completes when it is committed, else with the error that a client is told
     */
    CompletableFuture<Void> changeMembers(MemberChange change);

    /** Puts a replicated setting into the log; completes when this node applied it. */
    CompletableFuture<Void> configure(String name, Bytes value);

    /** Begins to end the process: answers what is in flight, hands leadership over, closes. */
    void shutdown();

    /** @param hex of the digest, the same for equal states */
    record StateDigest(long index, String hex) {}
}
