package io.ratiskv.local;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.replication.EffectSink;
import io.ratiskv.replication.Intake;
import io.ratiskv.replication.Loop;
import io.ratiskv.replication.Origins;
import io.ratiskv.replication.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The in-memory twin of the gateway: a state machine of its own, applied in process, nothing durable. Confined to the
 * event loop.
 *
 * <p>As the gateway it answers in a later turn of the loop, and all runs of one turn together.
 */
public final class LocalReplicator implements Intake {
    private static final String NODE = "local";

    private final KeyValueStateMachine machine = new KeyValueStateMachine();
    private final Loop loop;
    private final LongSupplier clockMillis;
    private final Deque<Run> waiting = new ArrayDeque<>();
    private long epoch;
    private long lastId;
    private boolean held;
    private int submitted;
    private EffectSink effects = (happened, index, origins) -> {};

    /** @param clockMillis stands for the leader's clock */
    public LocalReplicator(Loop loop, LongSupplier clockMillis) {
        this.loop = loop;
        this.clockMillis = clockMillis;
        open();
    }

    private void open() {
        apply(new Entry.OpenGateway(NODE, /* incarnation= */ 1, "127.0.0.1:6379", "127.0.0.1:8080"));
        epoch = machine.epochOf(NODE);
    }

    @Override
    public void submit(Run run) {
        submitted++;
        waiting.add(run);
        if (waiting.size() == 1) {
            loop.execute(this::answerWaiting);
        }
    }

    /** While held, runs are taken and not answered, as without a majority. */
    public void hold(boolean holds) {
        held = holds;
        answerWaiting();
    }

    /** From now on {@code to} hears of effects, behind the replies of their entry. */
    public void listen(EffectSink to) {
        effects = to;
        machine.listen(EnumSet.allOf(EffectInterest.class));
    }

    /** Sets what the log would replicate. */
    public void configure(String name, Bytes value) {
        tell(apply(new Entry.Configure(name, value)).effects(), Origins.NOBODY);
    }

    /** Runs taken so far. */
    public int submitted() {
        return submitted;
    }

    public KeyValueStateMachine machine() {
        return machine;
    }

    private void answerWaiting() {
        while (!held && !waiting.isEmpty()) {
            Run run = waiting.remove();
            if (!run.owner().gone()) {
                run.leftQueue(loop.nanoTime());
                Outcome outcome = run.hasWrites() ? written(run) : null;
                List<Reply> replies = outcome == null ? read(run) : outcome.replies();
                run.applied(loop.nanoTime(), loop.nanoTime());
                run.answer(replies);
                tell(outcome == null ? machine.takeEffects() : outcome.effects(), unit -> run.owner());
            }
        }
    }

    private void tell(List<Effect> happened, Origins origins) {
        if (!happened.isEmpty()) {
            effects.happened(happened, machine.appliedIndex(), origins);
        }
    }

    private Outcome written(Run run) {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < run.size(); i++) {
            units.add(run.unit(i));
        }
        if (machine.epochOf(NODE) != epoch) {
            // The clock was moved far ahead of what was written last.
            open();
        }
        lastId++;
        return apply(new Entry.Execute(epoch, lastId, lastId, units));
    }

    private Outcome apply(Entry entry) {
        return machine.apply(machine.appliedIndex() + 1, clockMillis.getAsLong(), entry, Audience.GATEWAY);
    }

    private List<Reply> read(Run run) {
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < run.size(); i++) {
            replies.add(
                    switch (run.unit(i)) {
                        case Unit.Single single -> query(single.request());
                        case Unit.Transaction transaction -> query(transaction);
                    });
        }
        return replies;
    }

    private Reply query(Request request) {
        Reply reply = machine.query(request, clockMillis.getAsLong());
        if (reply == null) {
            // What it found missing it finds again.
            machine.takeEffects();
            tell(apply(new Entry.Tick()).effects(), Origins.NOBODY);
            reply = machine.query(request, Long.MIN_VALUE);
        }
        if (reply == null) {
            throw new IllegalStateException("a read asks for a second tick: " + request);
        }
        return reply;
    }

    private Reply query(Unit.Transaction transaction) {
        apply(new Entry.Tick());
        for (Unit.Watched watched : transaction.watched()) {
            if (machine.version(watched.database(), watched.key(), Long.MIN_VALUE) != watched.version()) {
                return Reply.NULL_ARRAY;
            }
        }
        return Reply.array(transaction.requests().stream().map(this::query).toList());
    }
}
