package io.ratiskv.server;

import io.ratiskv.api.Effect;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.session.Administration.StateDigest;
import io.ratiskv.session.RedisDigest;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Digests of the state at the indexes that the log names, folded on a thread of their own from a frozen state while
 * applies go on. Any thread.
 */
final class Digests implements AutoCloseable {
    private static final int KEPT = 16;

    private final ApplyLoop state;
    private final ExecutorService folding = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("digest").daemon().unstarted(task));

    /** Guarded by itself; the newest {@value #KEPT}. */
    private final TreeMap<Long, CompletableFuture<StateDigest>> byIndex = new TreeMap<>();

    Digests(ApplyLoop state) {
        this.state = state;
    }

    /** Effects of an applied entry; on the apply thread, so that what is frozen is the state right after it. */
    void happened(List<Effect> effects, long index) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.DigestWanted wanted) {
                ApplyLoop.FrozenState frozen = state.freeze();
                CompletableFuture<StateDigest> folded = CompletableFuture.supplyAsync(
                        () -> new StateDigest(
                                wanted.index(), frozen.state().digest().toString()),
                        folding);
                synchronized (byIndex) {
                    byIndex.put(wanted.index(), folded);
                    while (byIndex.size() > KEPT) {
                        byIndex.pollFirstEntry();
                    }
                }
            }
        }
    }

    /** The digest at {@code index}, which was named before. */
    CompletableFuture<StateDigest> at(long index) {
        synchronized (byIndex) {
            CompletableFuture<StateDigest> folded = byIndex.get(index);
            return folded != null
                    ? folded
                    : CompletableFuture.failedFuture(new IllegalStateException("no digest of index " + index));
        }
    }

    /** Looks at the state as it is now. */
    <T> CompletableFuture<T> now(Function<RedisDigest, T> look) {
        ApplyLoop.FrozenState frozen = state.freeze();
        return CompletableFuture.supplyAsync(() -> look.apply(new RedisDigest(frozen.state())), folding);
    }

    @Override
    public void close() {
        folding.shutdownNow();
    }
}
