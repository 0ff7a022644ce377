package io.ratiskv.cli.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of load. A thread of its own.
 *
 * <p>When a connection breaks, its client moves to the next target. A SET without a reply then counts as unknown and is
 * never sent again; a GET is, and so is what the server says did not happen, until its time is over.
 */
final class Client implements Runnable {
    private static final long PAUSE_NANOS = 50_000_000;

    private final Load load;
    private final Schedule schedule;
    private final List<Target> targets;
    private final SplittableRandom random;
    private final Recorder recorder;
    private final LongAdder ended;
    private final byte[] value;
    private int target;
    private @Nullable Link link;

    /** @param number of this client, from 0: they begin at different targets */
    Client(
            int number,
            Load load,
            Schedule schedule,
            List<Target> targets,
            long seed,
            Recorder recorder,
            LongAdder ended) {
        this.load = load;
        this.schedule = schedule;
        this.targets = targets;
        this.target = number % targets.size();
        this.random = new SplittableRandom(seed + number);
        this.recorder = recorder;
        this.ended = ended;
        this.value = value(random, load.valueBytes());
    }

    private static byte[] value(SplittableRandom random, int bytes) {
        byte[] value = new byte[bytes];
        for (int i = 0; i < bytes; i++) value[i] = (byte) ('a' + random.nextInt(26));
        return value;
    }

    @Override
    public void run() {
        connect();
        schedule.awaitStart();
        for (List<Operation> window = window(); !window.isEmpty(); window = window()) {
            List<Operation> open = window;
            while (!open.isEmpty()) {
                open = exchange(open);
                if (!open.isEmpty()) {
                    open.forEach(again -> recorder.repeated());
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
        leave();
    }

    /** Before time runs. Who cannot is as one whose connection breaks at its first operation. */
    private void connect() {
        try {
            connected();
        } catch (IOException unreachable) {
            next();
        }
    }

    /** The next operations that may begin: one, which is waited for, and as many more as a pipeline holds. */
    private List<Operation> window() {
        List<Operation> window = new ArrayList<>(load.pipeline());
        long first = schedule.take();
        if (first < 0) return window;
        if (schedule.paced()) await(schedule.beginNanos(first));
        long now = System.nanoTime();
        for (long number = first; number >= 0; number = schedule.takeDue(now)) {
            boolean sets = random.nextInt(load.sets() + load.gets()) < load.sets();
            long begin = schedule.paced() ? schedule.beginNanos(number) : now;
            window.add(new Operation(sets, random.nextInt(load.keys()), begin));
            if (window.size() == load.pipeline()) break;
        }
        return window;
    }

    private static void await(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Sends operations and waits for their replies. @return those to be sent again */
    private List<Operation> exchange(List<Operation> operations) {
        Link connected;
        try {
            connected = connected();
        } catch (IOException unreachable) {
            next();
            return expire(operations, String.valueOf(unreachable.getMessage()));
        }
        List<Operation> again = new ArrayList<>();
        int answered = 0;
        try {
            for (Operation operation : operations) connected.send(operation);
            connected.flush();
            for (Operation operation : operations) {
                Link.Reply reply = connected.receive();
                answered++;
                if (answer(operation, reply)) again.add(operation);
            }
            if (!connected.usable()) leave();
            return again;
        } catch (IOException broken) {
            leave();
            next();
            List<Operation> unanswered = operations.subList(answered, operations.size());
            String reason = "connection: " + broken.getMessage();
            for (Operation operation : unanswered) {
                if (operation.sets()) end(Outcome.UNKNOWN, reason);
            }
            again.addAll(expire(
                    unanswered.stream().filter(operation -> !operation.sets()).toList(), reason));
            return again;
        }
    }

    /** @return whether the operation did not happen and is to be sent again */
    private boolean answer(Operation operation, Link.Reply reply) {
        long now = System.nanoTime();
        if (reply.outcome() == Outcome.OK) {
            recorder.done(operation, now);
            ended.increment();
            return false;
        }
        // A read that may have happened changed nothing.
        boolean unknown = reply.outcome() == Outcome.UNKNOWN;
        Outcome outcome = unknown && !operation.sets() ? Outcome.UNAVAILABLE : reply.outcome();
        boolean waits = outcome == Outcome.UNAVAILABLE && operation.deadlineNanos(load) - now > 0;
        if (!waits) end(outcome, reply.error());
        return waits;
    }

    /** @return those whose time is not over; the others end as unavailable */
    private List<Operation> expire(List<Operation> operations, String reason) {
        long now = System.nanoTime();
        List<Operation> left = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.deadlineNanos(load) - now > 0) left.add(operation);
            else end(Outcome.UNAVAILABLE, reason);
        }
        return left;
    }

    private void end(Outcome outcome, String error) {
        recorder.failed(outcome, error);
        ended.increment();
    }

    private Link connected() throws IOException {
        Link open = link;
        if (open == null) {
            open = targets.get(target).open(value, load.timeoutMillis());
            link = open;
        }
        return open;
    }

    private void next() {
        target = (target + 1) % targets.size();
    }

    private void leave() {
        Link open = link;
        link = null;
        if (open != null) open.close();
    }
}
