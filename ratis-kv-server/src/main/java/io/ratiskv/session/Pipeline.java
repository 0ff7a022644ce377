package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.ReadLevel;
import io.ratiskv.replication.Run;
import io.ratiskv.tracing.Trace;
import io.ratiskv.tracing.Tracing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of one session is dispatched and not answered yet: a place for each reply, and the run that most replies come
 * from. Confined to the event loop.
 *
 * <p>A run takes units until it is submitted, and is under way until it is answered. Meanwhile nothing is dispatched, so
 * the places are those of one run.
 */
final class Pipeline implements Run.Owner {
    /** A run's writes fit one entry of the log with room for those of others; a larger request goes alone. */
    private static final int RUN_WRITE_BYTES_MAX = 900 * 1024;

    private static final int RUN_UNITS_MAX = 1024;

    /** Of requests whose reply may be long so many go together, since all their replies are held at once. */
    private static final int RUN_SLOW_READS_MAX = 16;

    private final Session session;
    private final Sessions sessions;

    /** The run that takes units in this turn; null until there is one. */
    private @Nullable Run filling;

    /** Where the answer to each dispatched request comes from: a reply, or null for the next unit of the run. */
    private final ArrayList<@Nullable Reply> places = new ArrayList<>(0);

    /** What each unit invokes; null for what the session asked for itself. */
    private final ArrayList<@Nullable Binding> units = new ArrayList<>(0);

    /** Which units read keys that the client is told of when they change. */
    private final BitSet tracked = new BitSet(0);

    /** Keys that were remembered before the reply that tells what they hold was sent. */
    private List<Bytes> trackedEarly = List.of();

    private int slowReads;
    private long bytes;

    /** Takes the reply of the run's last unit in place of the client; null: it is the client's. */
    private @Nullable Consumer<Reply> lastTaker;

    /** True while a run or a barrier is not answered. */
    private boolean underway;

    Pipeline(Session session, Sessions sessions) {
        this.session = session;
        this.sessions = sessions;
    }

    Session session() {
        return session;
    }

    /** Whether a run takes units: a barrier waits until it is answered. */
    boolean isFilling() {
        return filling != null;
    }

    boolean isUnderway() {
        return underway;
    }

    /** What the units take in memory. */
    long bytes() {
        return bytes;
    }

    // What is dispatched

    /** The reply to a request that needs no run. */
    void answer(Reply reply) {
        if (filling == null) {
            session.emit(reply);
        } else {
            places.add(reply);
        }
    }

    /** True when there is a run and it takes no further unit, or none of {@code moreBytes} in the log. */
    boolean isFullFor(boolean slow, long moreBytes) {
        Run run = filling;
        return run != null
                && (run.size() >= RUN_UNITS_MAX
                        || run.writeBytes() > RUN_WRITE_BYTES_MAX
                        || run.writeBytes() + moreBytes > RUN_WRITE_BYTES_MAX && moreBytes > 0
                        || slow && slowReads >= RUN_SLOW_READS_MAX);
    }

    /** Adds a unit to the run, which begins with it if there is none. */
    void add(Unit unit, boolean write, Binding binding, long unitBytes) {
        Run run = filling;
        add(run == null ? begin() : run, unit, write, binding, unitBytes);
        if (binding.slowRead()) {
            slowReads++;
        }
    }

    /** Begins a run with what the session reads for itself, as of now whatever the client has chosen. */
    void addOwnRead(Unit unit, long unitBytes) {
        add(new Run(this, ReadLevel.LINEARIZABLE), unit, /* write= */ false, /* binding= */ null, unitBytes);
    }

    private void add(Run run, Unit unit, boolean write, @Nullable Binding binding, long unitBytes) {
        filling = run;
        run.add(unit, write);
        units.add(binding);
        places.add(null);
        bytes += unitBytes;
    }

    private Run begin() {
        ClientState state = session.state();
        Run run = new Run(this, state.reads());
        if (state.noTouch()) {
            run.touchNothing();
        }
        Tracing tracing = sessions.tracing();
        if (tracing != null) {
            long now = sessions.nanoTime();
            Trace trace = tracing.begin(state.traceparent(), now);
            if (trace != null) {
                run.follow(trace, now);
            }
        }
        return run;
    }

    /** The client is told when what the unit added last reads changes. */
    void trackLast() {
        tracked.set(units.size() - 1);
    }

    // What is under way

    /** Submits the run; false if there is none. */
    boolean submit() {
        Run run = filling;
        if (run == null) {
            return false;
        }
        filling = null;
        underway = true;
        run.submitted(sessions.nanoTime());
        sessions.intake().submit(run);
        return true;
    }

    /**
     * Submits the run now; the reply of its last unit goes to {@code taker}, which then calls {@link Session#completed}.
     */
    void submitFor(Consumer<Reply> taker) {
        lastTaker = taker;
        submit();
    }

    /** Something that is not a run is under way until {@link Session#completed}. */
    void begun() {
        underway = true;
    }

    @Override
    public boolean gone() {
        return session.gone();
    }

    @Override
    public void answered(Run run) {
        long now = sessions.nanoTime();
        long nanos = now - run.submittedAtNanos();
        boolean slow = sessions.slowLog().records(nanos / 1000);
        Consumer<Reply> taker = lastTaker;
        int unit = 0;
        for (int i = 0; i < places.size(); i++) {
            Reply known = places.get(i);
            boolean ofUnit = known == null;
            if (ofUnit) {
                known = run.reply(unit);
                account(run, unit, known, nanos, slow, now);
            }
            boolean taken = taker != null && i == places.size() - 1;
            if (!taken) {
                session.emit(known);
            }
            if (ofUnit) {
                if (tracked.get(unit)) {
                    List<Bytes> keys = sessions.tracking().remember(session, run.unit(unit));
                    if (taken) {
                        trackedEarly = keys;
                    }
                }
                unit++;
            }
        }
        sessions.statistics().answered(run, now);
        Trace trace = run.trace();
        if (trace != null) {
            tell(trace, run);
        }
        forget();
        if (taker == null) {
            session.completed();
        } else {
            taker.accept(run.reply(run.size() - 1));
        }
    }

    private void account(Run run, int unit, Reply reply, long nanos, boolean slow, long nowNanos) {
        Binding binding = units.get(unit);
        if (binding != null) {
            sessions.statistics().answered(binding, run.unit(unit), reply, nanos);
            session.rights().answered(run.unit(unit), reply);
            if (slow && unit < SlowLog.UNITS_OF_A_RUN_MAX) {
                sessions.slowLog().add(session, run.unit(unit), run, nowNanos);
            }
        }
    }

    /** What was asked is told by the names of commands alone. */
    private void tell(Trace trace, Run run) {
        long now = sessions.nanoTime();
        Binding first = units.getFirst();
        String name = first == null ? "WATCH" : first.command().typedName();
        trace.attribute("db.system.name", "ratis-kv");
        trace.attribute("db.operation.name", name);
        trace.attribute("client.address", session.outlet().remoteAddress());
        if (run.size() > 1) {
            trace.attribute("db.operation.batch.size", run.size());
        }
        run.tell(trace, now);
        trace.end(run.size() > 1 ? "PIPELINE" : name, firstError(run), now);
    }

    private static @Nullable String firstError(Run run) {
        for (int i = 0; i < run.size(); i++) {
            if (run.reply(i) instanceof Reply.Failure failure) {
                return failure.code();
            }
        }
        return null;
    }

    private void forget() {
        boolean many = places.size() > Session.KEPT_CAPACITY;
        places.clear();
        units.clear();
        if (many) {
            places.trimToSize();
            units.trimToSize();
        }
        tracked.clear();
        slowReads = 0;
        bytes = 0;
        lastTaker = null;
    }

    /** What was under way is answered. */
    void completed() {
        underway = false;
        if (!trackedEarly.isEmpty()) {
            List<Bytes> keys = trackedEarly;
            trackedEarly = List.of();
            sessions.tracking().tellOfForgotten(session, keys);
        }
    }
}
