package io.ratiskv.raft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ratiskv.replication.Roster;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the node was removed from its group, by the log or by what members say, keeps it in the data directory and
 * tells it once. Any thread.
 *
 * <p>A removed node need not receive the entry that removes it: the leader stops sending to it before. So it believes a
 * member that goes by a committed configuration later than its own.
 */
final class Belonging {
    private static final Logger LOG = LoggerFactory.getLogger(Belonging.class);

    private final String self;
    private final NodeIdentity identity;
    private volatile @Nullable Consumer<Roster> listener;
    private volatile @Nullable Consumer<String> departed;

    /** As the listener was told last. Confined to the thread that looks. */
    private @Nullable Roster toldRoster;

    @GuardedBy("this")
    private boolean told;

    Belonging(String self, NodeIdentity identity) {
        this.self = self;
        this.identity = identity;
    }

    /**
     * @param newListener hears of each change of the members, on the thread that looks
     * @param newDeparted hears once why the node does not belong to its group any more
     */
    void tell(Consumer<Roster> newListener, Consumer<String> newDeparted) {
        departed = newDeparted;
        listener = newListener;
    }

    /** What this node's own log says. One thread. */
    void look(Roster own) {
        Consumer<Roster> hears = listener;
        if (hears == null || own.equals(toldRoster)) {
            return;
        }
        toldRoster = own;
        hears.accept(own);
        if (own.seats(self, identity.incarnation())) {
            if (own.settled()) added();
        } else if (own.settled() && identity.wasMember()) {
            left("this node was removed from its cluster by the configuration at index " + own.index(), own.index());
        }
    }

    /** What another node says, going by the committed configuration at {@code index}. */
    void disowned(String by, long index, Roster own) {
        if (index > own.index() && identity.wasMember()) {
            left(
                    "this node was removed from its cluster by the configuration at index " + index + ", as " + by
                            + " says",
                    index);
        }
    }

    private void added() {
        try {
            identity.added();
        } catch (IOException e) {
            LOG.warn("the data directory can not be marked as a member's", e);
        }
    }

    private void left(String reason, long index) {
        Consumer<String> hears = departed;
        synchronized (this) {
            if (told || hears == null) return;
            told = true;
        }
        LOG.error("{}", reason);
        try {
            identity.removed(index);
        } catch (IOException e) {
            // The other members go on saying it.
            LOG.warn("the data directory can not be marked as a removed member's", e);
        }
        hears.accept(reason);
    }
}
