package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.api.ValueType;
import io.ratiskv.replication.Loop;
import io.ratiskv.replication.ReadLevel;
import io.ratiskv.replication.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clients of this node that wait for a key: BLPOP, XREAD and their kin. Confined to the event loop.
 *
 * <p>A blocking request is one like any other. When the state has nothing for it, its client is parked here with what it
 * is to ask then; when an entry makes one of its keys ready, on whichever node, as many clients as there is something for
 * ask again, those first that wait longest. A request that finds nothing again keeps its place.
 *
 * <p>Who takes what it finds asks in the log. XREAD takes nothing: all who wait for a stream are answered, each from the
 * state of this node, which holds what they were told of.
 *
 * <p>No wake-up is lost: {@link Aftermath} tells effects behind the replies, so a client is parked before it hears of
 * anything that came behind its request. While a request is in the log nothing else ends it: it may be about to take an
 * element.
 */
final class BlockedClients {
    private record Key(int database, Bytes name) {}

    /** What a client waits for. */
    private final class Waiter implements Run.Owner {
        final Session session;
        final Request request;
        final boolean takes;
        final Reply.Awaited awaited;
        final List<Key> keys;
        final long number;
        final long deadlineNanos;

        /** Whether it waits for every key of its request: none is only a target. */
        final boolean waitsForAll;

        /** Whether it is told when the keys that it is served from change again. */
        final boolean tracked;

        /** True while its request is on its way. */
        boolean asking;

        /** What ends it when the log has nothing for it. */
        @Nullable
        Reply ending;

        Waiter(
                Session session,
                Reply.Blocked blocked,
                List<Key> keys,
                long number,
                long deadlineNanos,
                boolean takes,
                boolean tracked) {
            this.session = session;
            this.request = owned(blocked.again());
            this.awaited = blocked.awaited();
            this.keys = keys;
            this.number = number;
            this.deadlineNanos = deadlineNanos;
            this.takes = takes;
            this.tracked = tracked;
            this.waitsForAll = session.sessions().bindings().resolve(request).command().keys(request).stream()
                    .allMatch(name -> keys.contains(new Key(request.database(), name)));
        }

        @Override
        public void answered(Run run) {
            if (tracked && !(run.reply(0) instanceof Reply.Blocked)) {
                session.sessions().tracking().remember(session, run.unit(0));
            }
            settled(this, run.reply(0));
        }

        @Override
        public boolean gone() {
            return session.gone();
        }
    }

    private static final Reply TIMED_OUT = Reply.NULL_ARRAY;

    private final Loop loop;
    /** By what they wait for at a key, those first that wait longest. */
    private final Map<Key, Map<Reply.Awaited, Set<Waiter>>> byKey = new HashMap<>();

    private final Map<Session, Waiter> bySession = new HashMap<>();
    private final TreeSet<Waiter> byDeadline =
            new TreeSet<>(Comparator.comparingLong((Waiter waiter) -> waiter.deadlineNanos)
                    .thenComparingLong(waiter -> waiter.number));
    private long lastNumber;
    private long alarmAtNanos = Long.MAX_VALUE;

    BlockedClients(Loop loop) {
        this.loop = loop;
    }

    /**
     * The session's request found nothing: its client waits, and {@link Session#completed} is not called until it ends.
     *
     * @param takes whether the request is a write
     */
    void park(Session session, Reply.Blocked blocked, boolean takes, boolean tracked) {
        long deadlineNanos = blocked.timeoutMillis() == 0
                ? Long.MAX_VALUE
                : loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(blocked.timeoutMillis(), Integer.MAX_VALUE));
        List<Key> keys = blocked.keys().stream()
                .distinct()
                .map(key -> new Key(blocked.again().database(), key.owned()))
                .toList();
        Waiter waiter = new Waiter(session, blocked, keys, ++lastNumber, deadlineNanos, takes, tracked);
        bySession.put(session, waiter);
        for (Key key : keys) {
            byKey.computeIfAbsent(key, unused -> new LinkedHashMap<>())
                    .computeIfAbsent(waiter.awaited, unused -> new LinkedHashSet<>())
                    .add(waiter);
        }
        if (deadlineNanos != Long.MAX_VALUE) {
            byDeadline.add(waiter);
            setAlarm();
        }
    }

    /** Whose client a run of this node answers; null when it is none of a session. */
    static @Nullable Session sessionOf(Run.@Nullable Owner owner) {
        if (owner instanceof Waiter waiter) {
            return waiter.session;
        }
        return owner instanceof Pipeline pipeline ? pipeline.session() : null;
    }

    /** The words of a request that may wait long, without the buffer they were read into. */
    private static Request owned(Request request) {
        Bytes[] words = request.words().clone();
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].owned();
        }
        return new Request(request.database(), request.protocol(), request.user(), words);
    }

    boolean waits(Session session) {
        return bySession.containsKey(session);
    }

    /** Keys that someone waits for. */
    int keys() {
        return byKey.size();
    }

    /** Waits that end in time. */
    int deadlines() {
        return byDeadline.size();
    }

    /**
     * Ends the wait of a client, unless its request finds something at this moment.
     *
     * @return false if it does not wait
     */
    boolean unblock(Session session, Reply reply) {
        Waiter waiter = bySession.get(session);
        if (waiter == null) {
            return false;
        }
        endUnlessServed(waiter, reply);
        return true;
    }

    /** Ends it as if its time were over. */
    boolean timeOut(Session session) {
        return unblock(session, TIMED_OUT);
    }

    /** The client is gone. What its request takes while it is in the log is lost with it, as in Redis. */
    void leave(Session session) {
        Waiter waiter = bySession.get(session);
        if (waiter != null) {
            forget(waiter);
        }
    }

    /**
     * Ends the wait of a client without a word.
     *
     * @return false if it does not wait, or its request is in the log just now
     */
    boolean abandon(Session session) {
        Waiter waiter = bySession.get(session);
        return waiter != null && !waiter.asking && forget(waiter);
    }

    void wake(Effect.KeyReady ready) {
        wake(new Key(ready.database(), ready.key()), ready.type(), ready.count());
    }

    /** Whether nobody waits here. */
    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Lets who waits longest for each of the keys ask again, before another does. */
    void wakeFirst(int database, List<Bytes> keys) {
        keys.forEach(key -> wake(new Key(database, key), null, 1));
    }

    /**
     * @param type of what came; null when that is not known
     * @param count how many can be served
     */
    private void wake(Key key, @Nullable ValueType type, int count) {
        List<Waiter> woken = new ArrayList<>();
        byKey.getOrDefault(key, Map.of())
                .forEach((awaited, waiters) -> choose(waiters, servedAtMost(awaited, type, count), woken));
        // A reply may come at once and changes the sets.
        woken.forEach(BlockedClients::ask);
    }

    private static int servedAtMost(Reply.Awaited awaited, @Nullable ValueType type, int count) {
        return switch (awaited) {
            case Reply.Awaited.Element element -> type == null || type == element.type() ? count : 0;
            case Reply.Awaited.Entries entries -> type == ValueType.STREAM ? Integer.MAX_VALUE : 0;
            case Reply.Awaited.GroupEntries entries -> type == null || type == ValueType.STREAM ? count : 0;
        };
    }

    private static void choose(Set<Waiter> waiters, int most, List<Waiter> chosen) {
        int left = most;
        for (Waiter waiter : waiters) {
            if (left == 0) {
                break;
            }
            if (!waiter.asking) {
                chosen.add(waiter);
                left--;
            }
        }
    }

    void wake(Effect.AllReady all) {
        for (Waiter waiter : all(all.database())) {
            if (!waiter.asking) {
                ask(waiter);
            }
        }
    }

    void wake(Effect.GroupsLost lost) {
        List<Waiter> readers = new ArrayList<>();
        byKey.getOrDefault(new Key(lost.database(), lost.key()), Map.of())
                .values()
                .forEach(readers::addAll);
        wakeReadersForGroups(readers);
    }

    void wake(Effect.AllGroupsLost lost) {
        wakeReadersForGroups(all(lost.database()));
    }

    private static void wakeReadersForGroups(List<Waiter> waiters) {
        for (Waiter waiter : waiters) {
            if (waiter.awaited instanceof Reply.Awaited.GroupEntries && !waiter.asking) {
                ask(waiter);
            }
        }
    }

    /** Who waits for keys of a database, -1 for any; whoever waits longest first. */
    private List<Waiter> all(int database) {
        return bySession.values().stream()
                .filter(waiter -> database < 0 || waiter.request.database() == database)
                .sorted(Comparator.comparingLong(waiter -> waiter.number))
                .toList();
    }

    private static void ask(Waiter waiter) {
        waiter.asking = true;
        Run run = new Run(waiter, waiter.takes ? ReadLevel.LINEARIZABLE : ReadLevel.STALE);
        run.add(new Unit.Single(waiter.request), waiter.takes);
        waiter.session.sessions().intake().submit(run);
    }

    private void settled(Waiter waiter, Reply reply) {
        waiter.asking = false;
        boolean wrongType =
                reply instanceof Reply.Failure failure && failure.code().equals("WRONGTYPE");
        // Where a key it waits for holds something else meanwhile Redis would not have woken the client, unless it
        // reads
        // for a group.
        boolean unheard = wrongType && waiter.waitsForAll && !(waiter.awaited instanceof Reply.Awaited.GroupEntries);
        if (reply instanceof Reply.Blocked || unheard) {
            if (waiter.ending != null) {
                end(waiter, waiter.ending);
            }
            return;
        }
        end(waiter, reply);
        if (wrongType) {
            // It took nothing of what it was woken for: the next in line may.
            waiter.keys.forEach(key -> wake(key, null, 1));
        }
    }

    private void endUnlessServed(Waiter waiter, Reply reply) {
        if (!waiter.asking) {
            end(waiter, reply);
        } else if (waiter.ending == null) {
            waiter.ending = reply;
        }
    }

    private void end(Waiter waiter, Reply reply) {
        if (forget(waiter)) {
            if (reply instanceof Reply.Failure) {
                waiter.session.sessions().statistics().failedLate(waiter.request);
            }
            waiter.session.emit(reply);
            waiter.session.completed();
        }
    }

    private boolean forget(Waiter waiter) {
        if (!bySession.remove(waiter.session, waiter)) {
            return false;
        }
        byDeadline.remove(waiter);
        for (Key key : waiter.keys) {
            Map<Reply.Awaited, Set<Waiter>> there = byKey.get(key);
            Set<Waiter> others = there == null ? null : there.get(waiter.awaited);
            if (there != null && others != null && others.remove(waiter) && others.isEmpty()) {
                there.remove(waiter.awaited);
                if (there.isEmpty()) {
                    byKey.remove(key);
                }
            }
        }
        return true;
    }

    // Time

    private void setAlarm() {
        if (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos < alarmAtNanos) {
            alarmAtNanos = byDeadline.first().deadlineNanos;
            loop.schedule(this::alarm, Math.max(0, alarmAtNanos - loop.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void alarm() {
        alarmAtNanos = Long.MAX_VALUE;
        long now = loop.nanoTime();
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos <= now) {
            Waiter due = byDeadline.removeFirst();
            endUnlessServed(due, TIMED_OUT);
        }
        setAlarm();
    }
}
