package io.ratiskv.server;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.replication.MemberChange;
import io.ratiskv.replication.Shard;
import io.ratiskv.replication.Snapshots;
import io.ratiskv.session.Administration;
import io.ratiskv.session.RedisDigest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client may have done to this node and its group. Any thread. */
final class NodeAdministration implements Administration {
    private static final long LOG_TIMEOUT_MILLIS = 5_000;

    private final Shard shard;
    private final Snapshots snapshots;
    private final Runnable shutdown;

    NodeAdministration(Shard shard, Snapshots snapshots, Runnable shutdown) {
        this.shard = shard;
        this.snapshots = snapshots;
        this.shutdown = shutdown;
    }

    @Override
    public CompletableFuture<Long> snapshot() {
        return snapshots.take().thenApply(Snapshots.Last::index);
    }

    @Override
    public CompletableFuture<StateDigest> digest() {
        return shard.announce(new Entry.Digest(), Effect.DigestWanted.class::isInstance, LOG_TIMEOUT_MILLIS)
                .thenCompose(index ->
                        shard.digests().at(index).thenApply(digest -> new StateDigest(index, digest.toString())));
    }

    @Override
    public <T> CompletableFuture<T> contentDigest(Function<RedisDigest, T> look) {
        return shard.announce(new Entry.Digest(), Effect.DigestWanted.class::isInstance, LOG_TIMEOUT_MILLIS)
                .thenCompose(index -> shard.digests().now(frozen -> look.apply(new RedisDigest(frozen.state()))));
    }

    @Override
    public CompletableFuture<Void> transferLeadership(@Nullable String node, long timeoutMillis) {
        return shard.transferLeadership(node, timeoutMillis);
    }

    @Override
    public CompletableFuture<Void> changeMembers(MemberChange change) {
        return shard.changeMembers(change);
    }

    @Override
    public CompletableFuture<Void> configure(String name, Bytes value) {
        Bytes kept = value.owned();
        return shard.announce(
                        new Entry.Configure(name, kept),
                        effect -> effect instanceof Effect.Configured configured
                                && configured.name().equals(name)
                                && configured.value().equals(kept),
                        LOG_TIMEOUT_MILLIS)
                .thenApply(index -> null);
    }

    @Override
    public void shutdown() {
        shutdown.run();
    }
}
