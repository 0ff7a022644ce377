package io.ratiskv.replication;

import io.ratiskv.api.Effect;
import io.ratiskv.machine.Digest;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Digests of this replica's state at the indexes that the log names, folded elsewhere from a frozen state while applies
 * go on. Any thread.
 */
public final class Digests {
    private static final int KEPT = 16;

    /** Hears of each digest, where it was folded. */
    @FunctionalInterface
    interface Listener {
        void folded(long index, Digest digest);
    }

    private final ApplyLoop state;
    private final Executor folding;
    private final Listener listener;

    /** Guarded by itself; the newest {@value #KEPT}. */
    private final TreeMap<Long, CompletableFuture<Digest>> byIndex = new TreeMap<>();

    Digests(ApplyLoop state, Executor folding, Listener listener) {
        this.state = state;
        this.folding = folding;
        this.listener = listener;
    }

    /** Effects of an applied entry; on the apply thread, so that what is frozen is the state right after it. */
    void happened(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.DigestWanted wanted) {
                fold(wanted.index());
            }
        }
    }

    private void fold(long index) {
        ApplyLoop.FrozenState frozen = state.freeze();
        CompletableFuture<Digest> folded = CompletableFuture.supplyAsync(
                () -> {
                    Digest digest = frozen.state().digest();
                    listener.folded(index, digest);
                    return digest;
                },
                folding);
        synchronized (byIndex) {
            byIndex.put(index, folded);
            while (byIndex.size() > KEPT) {
                byIndex.pollFirstEntry();
            }
        }
    }

    /** The digest at {@code index}, which was named before. */
    public CompletableFuture<Digest> at(long index) {
        synchronized (byIndex) {
            CompletableFuture<Digest> folded = byIndex.get(index);
            return folded != null
                    ? folded
                    : CompletableFuture.failedFuture(new IllegalStateException("no digest of index " + index));
        }
    }

    /** Looks at the state as it is now, where digests are folded. */
    public <T> CompletableFuture<T> now(Function<ApplyLoop.FrozenState, T> look) {
        ApplyLoop.FrozenState frozen = state.freeze();
        return CompletableFuture.supplyAsync(() -> look.apply(frozen), folding);
    }
}
