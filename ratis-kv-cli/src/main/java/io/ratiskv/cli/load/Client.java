package io.ratiskv.cli.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of load. Confined to its loop.
 *
 * <p>When a connection breaks, its client moves to the next place. A SET without a reply then counts as unknown and is
 * never sent again; a GET is, and so is what the server says did not happen, until its time is over.
 */
final class Client implements Connection.Listener {
    private static final long PAUSE_MILLIS = 50;

    /**
     * Paced operations of different clients begin together where they are no further apart, lest the loop wakes up for
     * each. They count from when they should have begun all the same.
     */
    private static final long GRAIN_NANOS = 100_000;

    private final Run run;
    private final Loops.Loop loop;
    private final Recorder recorder;
    private final SplittableRandom random;
    private final byte[] value;
    private int place;
    private @Nullable Connection connection;
    private boolean begun;

    /** What was sent or is to be, in order; the first {@code answered} of it have ended or are in {@code again}. */
    private List<Operation> window = List.of();

    private int answered;
    private List<Operation> again = new ArrayList<>();
    private boolean awaitsReplies;
    private long heardNanos;

    /** @param number of this client, from 0: they begin at different places */
    Client(int number, Run run, Loops.Loop loop, Recorder recorder) {
        this.run = run;
        this.loop = loop;
        this.recorder = recorder;
        this.place = number % run.places().size();
        this.random = new SplittableRandom(run.seed() + number);
        this.value = value(random, run.load().valueBytes());
    }

    private static byte[] value(SplittableRandom random, int bytes) {
        byte[] value = new byte[bytes];
        for (int i = 0; i < bytes; i++) value[i] = (byte) ('a' + random.nextInt(26));
        return value;
    }

    /** Before time runs. Who can not is as one whose connection breaks at its first operation. */
    void connect() {
        connection = new Connection(run.places().get(place), value, run.load().timeoutMillis(), loop, this);
    }

    /** Time runs. */
    void begin() {
        begun = true;
        next();
    }

    /** Begins the next operations when they may: one, which is waited for, and as many more as a pipeline holds. */
    private void next() {
        long first = run.schedule().take();
        if (first == Schedule.NONE) {
            end();
            return;
        }
        long wait = run.schedule().paced() ? run.schedule().beginNanos(first) - System.nanoTime() : 0;
        if (wait <= 0) {
            sendFrom(first);
            return;
        }
        long at = System.nanoTime() + wait;
        later(() -> sendFrom(first), wait + Math.floorMod(-at, GRAIN_NANOS), TimeUnit.NANOSECONDS);
    }

    private void sendFrom(long first) {
        Load load = run.load();
        Schedule schedule = run.schedule();
        long now = System.nanoTime();
        List<Operation> operations = new ArrayList<>(load.pipeline());
        for (long number = first; number != Schedule.NONE; number = schedule.takeDue(now)) {
            boolean sets = random.nextInt(load.sets() + load.gets()) < load.sets();
            long begin = schedule.paced() ? schedule.beginNanos(number) : now;
            operations.add(new Operation(sets, random.nextInt(load.keys()), begin, number >= 0));
            if (operations.size() == load.pipeline()) break;
        }
        window = operations;
        send();
    }

    /** Sends the window, on a new connection where there is none. */
    private void send() {
        if (connection == null) {
            connect();
            return;
        }
        answered = 0;
        again = new ArrayList<>();
        awaitsReplies = true;
        heardNanos = System.nanoTime();
        connection.send(window);
    }

    @Override
    public void ready() {
        if (begun) send();
        else run.connected().countDown();
    }

    @Override
    public void reply(Dialect.Reply reply) {
        if (!awaitsReplies) {
            leave();
            return;
        }
        heardNanos = System.nanoTime();
        Operation operation = window.get(answered++);
        if (answer(operation, reply)) again.add(operation);
        boolean last = answered == window.size();
        if (reply.closes()) {
            leave();
            if (!last) broken("the node closes the connection");
        }
        if (last) ended();
    }

    @Override
    public void lost(boolean wasReady, String reason) {
        connection = null;
        place = (place + 1) % run.places().size();
        if (!begun) {
            if (!wasReady) run.connected().countDown();
        } else if (awaitsReplies) {
            broken("connection: " + reason);
        } else if (!wasReady) {
            again = expire(window, reason);
            ended();
        }
    }

    /** No more replies come to what was sent. */
    private void broken(String reason) {
        List<Operation> reads = new ArrayList<>();
        for (Operation operation : window.subList(answered, window.size())) {
            if (operation.sets()) fail(operation, Outcome.UNKNOWN, reason);
            else reads.add(operation);
        }
        again.addAll(expire(reads, reason));
        ended();
    }

    /** All of the window was done, is given up or is to be sent again. */
    private void ended() {
        awaitsReplies = false;
        window = again;
        if (window.isEmpty()) {
            next();
            return;
        }
        for (Operation operation : window) {
            if (operation.counts()) recorder.repeated();
        }
        later(this::send, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Breaks a connection that has been silent for too long. */
    void look(long nowNanos) {
        long timeoutMillis = run.load().timeoutMillis();
        if (connection != null && awaitsReplies && nowNanos - heardNanos > timeoutMillis * 1_000_000)
            connection.close("no answer within " + timeoutMillis + " ms");
    }

    /** @return whether the operation did not happen and is to be sent again */
    private boolean answer(Operation operation, Dialect.Reply reply) {
        long now = heardNanos;
        if (reply.outcome() == Outcome.OK) {
            if (operation.counts()) {
                recorder.done(operation, now);
                run.ended().increment();
            }
            return false;
        }
        // A read that may have happened changed nothing.
        boolean unknown = reply.outcome() == Outcome.UNKNOWN;
        Outcome outcome = unknown && !operation.sets() ? Outcome.UNAVAILABLE : reply.outcome();
        boolean waits = outcome == Outcome.UNAVAILABLE && operation.deadlineNanos(run.load()) - now > 0;
        if (!waits) fail(operation, outcome, reply.error());
        return waits;
    }

    /** @return those whose time is not over; the others end as unavailable */
    private List<Operation> expire(List<Operation> operations, String reason) {
        long now = System.nanoTime();
        List<Operation> left = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.deadlineNanos(run.load()) - now > 0) left.add(operation);
            else fail(operation, Outcome.UNAVAILABLE, reason);
        }
        return left;
    }

    private void fail(Operation operation, Outcome outcome, String error) {
        if (!operation.counts()) return;
        recorder.failed(outcome, error);
        run.ended().increment();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what a task throws is logged by Netty
    private void later(Runnable task, long delay, TimeUnit unit) {
        loop.events().schedule(task, delay, unit);
    }

    private void end() {
        leave();
        run.done().countDown();
    }

    private void leave() {
        Connection open = connection;
        connection = null;
        if (open != null) open.leave();
    }
}
