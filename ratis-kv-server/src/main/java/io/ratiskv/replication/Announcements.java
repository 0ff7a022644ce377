package io.ratiskv.replication;

import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Entries that are no batch and may take effect any number of times: settings, digests. Each is proposed again until its
 * effect is seen here. Event loop, but for the methods that say otherwise.
 */
final class Announcements {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final class Announcement {
        final Entry entry;
        final Predicate<Effect> visible;
        final long untilNanos;
        final CompletableFuture<Long> seen = new CompletableFuture<>();
        long proposedAtNanos;

        Announcement(Entry entry, Predicate<Effect> visible, long untilNanos) {
            this.entry = entry;
            this.visible = visible;
            this.untilNanos = untilNanos;
        }
    }

    private final Proposals proposals;
    private final Loop loop;
    private final List<Announcement> open = new ArrayList<>();

    /** Spares the apply thread a task per entry while nobody waits. */
    private volatile boolean anyOpen;

    Announcements(Proposals proposals, Loop loop) {
        this.proposals = proposals;
        this.loop = loop;
    }

    /** Any thread. */
    CompletableFuture<Long> announce(Entry entry, Predicate<Effect> visible, long timeoutMillis) {
        Announcement announcement =
                new Announcement(entry, visible, loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        loop.execute(() -> {
            open.add(announcement);
            anyOpen = true;
            propose(announcement);
        });
        return announcement.seen;
    }

    /** Effects of an applied entry. Apply thread. */
    void happened(List<Effect> effects, long index) {
        if (!anyOpen) {
            return;
        }
        loop.execute(() -> {
            for (Announcement announcement : List.copyOf(open)) {
                if (effects.stream().anyMatch(announcement.visible)) {
                    open.remove(announcement);
                    announcement.seen.complete(index);
                }
            }
            anyOpen = !open.isEmpty();
        });
    }

    /** Called every few milliseconds. */
    void watch() {
        long now = loop.nanoTime();
        for (Announcement announcement : List.copyOf(open)) {
            if (now > announcement.untilNanos) {
                open.remove(announcement);
                announcement.seen.completeExceptionally(
                        new TimeoutException("no majority confirmed it in time; it may still take effect"));
            } else if (now - announcement.proposedAtNanos > AGAIN_NANOS) {
                propose(announcement);
            }
        }
    }

    private void propose(Announcement announcement) {
        announcement.proposedAtNanos = loop.nanoTime();
        proposals.send(EntryCodec.encode(announcement.entry, 1), 0, 0, null, refusal -> {});
    }
}
