package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.command.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which clients of this node may hold copies of which keys, and how they learn that a key changed: CLIENT TRACKING.
 * Confined to the event loop.
 *
 * <p>Why no change is missed. A read is evaluated at some applied index; its reply is sent and its keys are remembered
 * here in one task of the loop. The effects of every later entry come to the loop as tasks of their own, and those are
 * made after the evaluation: by the apply thread, which the state's lock keeps from the next entry while reads are
 * evaluated, or, for a read that rode along in an entry, behind the task that hands over that entry's replies. So whoever
 * changes a key that was read, anywhere, is heard of here after the key was remembered, and the client after its reply. An
 * entry at or before the read may be heard of late as well: then the client drops what it could have kept.
 *
 * <p>The database of a key makes no difference, as in Redis.
 */
final class Tracking {
    /** Where clients of RESP2 hear what another connection tracks. */
    private static final Bytes CHANNEL = Bytes.of("__redis__:invalidate");

    /** So many clients per key are remembered on average, at most. */
    private static final long CLIENTS_PER_KEY_MAX = 16;

    static final long KEYS_MAX = 1_000_000;

    /** The numbers of clients, ascending. */
    private static final class Ids {
        private long[] ids = new long[1];
        private int size;

        /** False if it is among them. */
        boolean add(long id) {
            int at = Arrays.binarySearch(ids, 0, size, id);
            if (at >= 0) {
                return false;
            }
            int place = -at - 1;
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size * 2);
            }
            System.arraycopy(ids, place, ids, place + 1, size - place);
            ids[place] = id;
            size++;
            return true;
        }

        boolean contains(long id) {
            return Arrays.binarySearch(ids, 0, size, id) >= 0;
        }
    }

    /** Who hears of all keys with a prefix, and of which since they were last told. */
    private static final class Broadcast {
        final Set<Session> clients = new LinkedHashSet<>();

        /** Each with the number of the client that changed it last, 0 for one of another node. */
        final Map<Bytes, Long> changed = new LinkedHashMap<>();
    }

    private final PubSub pubSub;
    private final Consumer<Boolean> feed;

    /** All that track, by number. */
    private final Map<Long, Session> clients = new HashMap<>();

    /** The keys that clients read, those first that were read first. */
    private final LinkedHashMap<Bytes, Ids> table = new LinkedHashMap<>();

    /** Keys times clients in {@link #table}. */
    private long remembered;

    private final TreeMap<Bytes, Broadcast> broadcasts = new TreeMap<>();
    private long keysMax = KEYS_MAX;

    /** @param feed is told whether anyone here wants to hear of changed keys */
    Tracking(PubSub pubSub, Consumer<Boolean> feed) {
        this.pubSub = pubSub;
        this.feed = feed;
    }

    // Who tracks

    /** The session tracks from now on, or otherwise than before. */
    void begin(Session session, ClientTracking tracking) {
        if (clients.isEmpty()) {
            feed.accept(true);
        }
        clients.put(session.state().id(), session);
        session.state().tracking(tracking);
        for (Bytes prefix : tracking.prefixes()) {
            broadcasts
                    .computeIfAbsent(prefix, unused -> new Broadcast())
                    .clients
                    .add(session);
        }
    }

    /** It tracks no more. What it read is forgotten when it changes. */
    void end(Session session) {
        ClientTracking tracking = session.state().tracking();
        if (tracking == null) {
            return;
        }
        session.state().tracking(null);
        for (Bytes prefix : tracking.prefixes()) {
            Broadcast broadcast = broadcasts.get(prefix);
            if (broadcast != null && broadcast.clients.remove(session) && broadcast.clients.isEmpty()) {
                broadcasts.remove(prefix);
            }
        }
        clients.remove(session.state().id());
        if (clients.isEmpty()) {
            table.clear();
            remembered = 0;
            feed.accept(false);
        }
    }

    // What they read

    /**
     * The session is answered what the unit read, or soon will be.
     *
     * @return the keys that it is told of from now on
     */
    List<Bytes> remember(Session session, Unit unit) {
        ClientTracking tracking = session.state().tracking();
        if (tracking == null || tracking.broadcasts()) {
            return List.of();
        }
        List<Request> requests = switch (unit) {
            case Unit.Single single -> List.of(single.request());
            case Unit.Transaction transaction -> transaction.requests();
        };
        List<Bytes> keys = new ArrayList<>();
        for (Request request : requests) {
            Command command = session.sessions().bindings().resolve(request).command();
            if (ClientTracking.reads(command)) {
                keys.addAll(command.keys(request));
            }
        }
        remember(session, keys);
        return keys;
    }

    private void remember(Session session, List<Bytes> keys) {
        for (Bytes key : keys) {
            Ids ids = table.get(key);
            if (ids == null) {
                ids = new Ids();
                table.put(key.owned(), ids);
            }
            if (ids.add(session.state().id())) {
                remembered++;
            }
        }
        limit();
    }

    /** The session was remembered for these keys before it was answered: it hears now of those that changed since. */
    void tellOfForgotten(Session session, List<Bytes> keys) {
        ClientTracking tracking = session.state().tracking();
        for (Bytes key : keys) {
            Ids ids = table.get(key);
            if (tracking != null
                    && (ids == null || !ids.contains(session.state().id()))) {
                send(session, tracking, keys(key));
            }
        }
    }

    /** Forgets the keys that were read longest ago, as if they had changed. */
    private void limit() {
        while (keysMax > 0 && (table.size() > keysMax || remembered / CLIENTS_PER_KEY_MAX > keysMax)) {
            Iterator<Map.Entry<Bytes, Ids>> oldest = table.entrySet().iterator();
            Map.Entry<Bytes, Ids> first = oldest.next();
            oldest.remove();
            forgotten(first.getKey(), first.getValue(), 0);
        }
    }

    // What changes

    /**
     * A key changed.
     *
     * @param by the client that did it; null when it is none of this node, or nobody
     */
    void changed(Bytes key, @Nullable Session by) {
        long changer = by == null ? 0 : by.state().id();
        Ids ids = table.remove(key);
        if (ids != null) {
            forgotten(key, ids, changer);
        }
        for (Map.Entry<Bytes, Broadcast> each : broadcasts.entrySet()) {
            Bytes prefix = each.getKey();
            if (key.length() >= prefix.length() && key.slice(0, prefix.length()).equals(prefix)) {
                each.getValue().changed.put(key, changer);
            }
        }
    }

    private void forgotten(Bytes key, Ids ids, long changer) {
        remembered -= ids.size;
        Reply keys = keys(key);
        for (int i = 0; i < ids.size; i++) {
            Session client = clients.get(ids.ids[i]);
            ClientTracking tracking = client == null ? null : client.state().tracking();
            if (client == null || tracking == null || tracking.broadcasts()) {
                continue;
            }
            if (tracking.noLoop() && ids.ids[i] == changer) {
                // It may keep what it wrote, so it must hear of whoever changes that. Redis forgets it here.
                remember(client, List.of(key));
            } else {
                send(client, tracking, keys);
            }
        }
    }

    /** All keys changed, or may have. */
    void allChanged() {
        table.clear();
        remembered = 0;
        for (Session client : List.copyOf(clients.values())) {
            ClientTracking tracking = client.state().tracking();
            if (tracking != null) {
                send(client, tracking, Reply.NULL);
            }
        }
    }

    /** All that an entry changed was told: broadcasts go out, for each prefix in one message. */
    void endEntry() {
        for (Broadcast broadcast : List.copyOf(broadcasts.values())) {
            if (!broadcast.changed.isEmpty()) {
                send(broadcast);
            }
        }
    }

    private void send(Broadcast broadcast) {
        Map<Bytes, Long> changed = Map.copyOf(broadcast.changed);
        List<Bytes> all = List.copyOf(broadcast.changed.keySet());
        broadcast.changed.clear();
        Reply everything = keys(all.toArray(Bytes[]::new));
        for (Session client : List.copyOf(broadcast.clients)) {
            ClientTracking tracking = client.state().tracking();
            if (tracking == null) {
                continue;
            }
            if (!tracking.noLoop()) {
                send(client, tracking, everything);
                continue;
            }
            Bytes[] others = all.stream()
                    .filter(key ->
                            !changed.getOrDefault(key, 0L).equals(client.state().id()))
                    .toArray(Bytes[]::new);
            if (others.length > 0) {
                send(client, tracking, keys(others));
            }
        }
    }

    private static Reply keys(Bytes... keys) {
        List<Reply> shown = new ArrayList<>(keys.length);
        for (Bytes key : keys) {
            shown.add(Reply.bulk(key));
        }
        return Reply.array(shown);
    }

    /** @param keys an array of them, or null for all there are */
    private void send(Session client, ClientTracking tracking, Reply keys) {
        Session hears = client;
        if (tracking.redirect() != 0) {
            Session target = client.sessions().find(tracking.redirect());
            if (target == null) {
                tracking.breakRedirect();
                if (client.state().protocol() == 3) {
                    pubSub.tell(
                            client,
                            new Reply.Push(
                                    List.of(Reply.bulk("tracking-redir-broken"), Reply.of(tracking.redirect()))));
                }
                return;
            }
            hears = target;
        }
        if (hears.state().protocol() == 3) {
            pubSub.tell(hears, new Reply.Push(List.of(Reply.bulk("invalidate"), keys)));
        } else if (tracking.redirect() != 0 && hears.state().listens()) {
            pubSub.tell(hears, new Reply.Push(List.of(Reply.bulk("message"), Reply.bulk(CHANNEL), keys)));
        }
        // A client of RESP2 could not tell a message from a reply: it hears nothing, as in Redis.
    }

    // What INFO and CONFIG show

    int clients() {
        return clients.size();
    }

    int keys() {
        return table.size();
    }

    /** Keys times clients. */
    long items() {
        return remembered;
    }

    int prefixes() {
        return broadcasts.size();
    }

    long keysMax() {
        return keysMax;
    }

    /** @param keys 0 for no limit */
    void keysMax(long keys) {
        keysMax = keys;
        limit();
    }
}
