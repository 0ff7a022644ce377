package io.ratiskv.session;

import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.replication.ReadLevel;

/** A connection in one line, as CLIENT LIST and CLIENT INFO show it. Event loop only. */
final class ClientLine {
    private ClientLine() {}

    static String of(Session session) {
        ClientState state = session.state();
        long now = session.sessions().nowMillis();
        OpenTransaction transaction = state.transaction();
        long pending = session.outlet().pendingBytes();
        return "id=" + state.id()
                + " addr=" + session.outlet().remoteAddress()
                + " laddr=" + session.outlet().localAddress()
                + " fd=" + state.id()
                + " name=" + state.name().latin1()
                + " age=" + (now - state.connectedAtMillis()) / 1000
                + " idle=" + (now - state.interactedAtMillis()) / 1000
                + " flags=" + flags(session, state)
                + " db=" + state.database()
                + " sub=" + state.listenedTo(Listening.CHANNEL)
                + " psub=" + state.listenedTo(Listening.PATTERN)
                + " ssub=" + state.listenedTo(Listening.SHARD_CHANNEL)
                + " multi=" + (transaction == null ? -1 : transaction.size())
                + " qbuf=" + session.heldBytes()
                + " qbuf-free=0 argv-mem=0"
                + " multi-mem=" + state.queuedBytes()
                + " rbs=0 rbp=0 obl=0"
                + " oll=" + (pending > 0 ? 1 : 0)
                + " omem=" + pending
                + " tot-mem=" + memory(session)
                + " events=r"
                + " cmd=" + state.lastCommand()
                + " user=" + state.user().latin1()
                + " redir=" + TrackingCommands.redirect(state.tracking())
                + " resp=" + state.protocol()
                + " lib-name=" + state.libraryName().latin1()
                + " lib-ver=" + state.libraryVersion().latin1();
    }

    /** What waits for its answer, and what waits to be taken by the client. */
    static long memory(Session session) {
        return session.heldBytes() + session.outlet().pendingBytes();
    }

    private static String flags(Session session, ClientState state) {
        ClientTracking tracking = state.tracking();
        StringBuilder flags = new StringBuilder();
        flag(flags, 'O', session.sessions().monitors().isWatching(session));
        flag(flags, 'P', state.listens());
        flag(flags, 'x', state.transaction() != null);
        flag(flags, 'b', session.isBlocked());
        flag(flags, 't', tracking != null);
        flag(flags, 'R', tracking != null && tracking.redirectBroken());
        flag(flags, 'B', tracking != null && tracking.broadcasts());
        flag(flags, 'r', !state.reads().equals(ReadLevel.LINEARIZABLE));
        flag(flags, 'e', state.noEvict());
        flag(flags, 'T', state.noTouch());
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private static void flag(StringBuilder flags, char letter, boolean holds) {
        if (holds) {
            flags.append(letter);
        }
    }
}
