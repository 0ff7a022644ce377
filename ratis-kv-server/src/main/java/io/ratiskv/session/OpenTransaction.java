package io.ratiskv.session;

import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * What was queued since MULTI. Confined to the event loop.
 *
 * <p>What the state answers and what the session answers stand in one list in the client's order; EXEC sends the
 * former as one unit and splices the latter into its reply.
 */
final class OpenTransaction {
    private final List<Queued> queue = new ArrayList<>();
    private long bytes;
    private boolean refused;

    /** A request and what it invokes. */
    record Queued(Binding binding, Request request) {}

    void add(Binding binding, Request request, int requestBytes) {
        if (refused) {
            return;
        }
        queue.add(new Queued(binding, request));
        bytes += requestBytes;
    }

    /** A request could not be queued: EXEC will run nothing. */
    void refuse() {
        refused = true;
        queue.clear();
        bytes = 0;
    }

    boolean refused() {
        return refused;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return queue.size();
    }

    List<Queued> queue() {
        return queue;
    }

    boolean hasLocal() {
        for (Queued queued : queue) {
            if (queued.binding().local()) {
                return true;
            }
        }
        return false;
    }

    /** True when at least one request is for the state. */
    boolean asksState() {
        for (Queued queued : queue) {
            if (!queued.binding().local()) {
                return true;
            }
        }
        return false;
    }

    /** True when CLIENT CACHING is among the requests. */
    boolean choosesCaching() {
        for (Queued queued : queue) {
            if (queued.binding().command().name().equals("client|caching")) {
                return true;
            }
        }
        return false;
    }

    boolean writes() {
        for (Queued queued : queue) {
            if (queued.binding().write()) {
                return true;
            }
        }
        return false;
    }

    /** True when CLIENT PAUSE holds it while writes wait. */
    boolean changesAnything() {
        for (Queued queued : queue) {
            if (queued.binding().changesAnything()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The part that the state runs. A SELECT in the queue counts for what follows it.
     *
     * @param database of the connection at EXEC
     */
    Unit.Transaction unit(int database, List<Unit.Watched> watched) {
        List<Request> requests = new ArrayList<>(queue.size());
        int current = database;
        for (Queued queued : queue) {
            Request request = queued.request();
            if (queued.binding().local()) {
                current = ConnectionCommands.selected(queued.binding(), request.words(), current);
            } else if (request.database() == current) {
                requests.add(request);
            } else {
                requests.add(request.inDatabase(current));
            }
        }
        return new Unit.Transaction(requests, watched);
    }

    /** The requests that the session answers itself, in order. */
    List<Queued> locals() {
        return queue.stream().filter(queued -> queued.binding().local()).toList();
    }

    /** The reply of EXEC: the state's replies and the session's, each at its place. */
    Reply spliced(List<Reply> fromState, List<Reply> fromSession) {
        List<Reply> all = new ArrayList<>(queue.size());
        int state = 0;
        int session = 0;
        for (Queued queued : queue) {
            all.add(queued.binding().local() ? fromSession.get(session++) : fromState.get(state++));
        }
        return Reply.array(all);
    }
}
