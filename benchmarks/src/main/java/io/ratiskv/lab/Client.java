package io.ratiskv.lab;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that asks what its workload wants: most of the time the node it is at home at, so that not all wait for the one
 * that does not answer, now and then another. Confined to its thread.
 */
final class Client implements Runnable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int PAUSE_MILLIS = 8;

    /** What became of a request. */
    enum Outcome {
        ANSWERED,
        /** Certain: it was not done. */
        REFUSED,
        UNKNOWN
    }

    /** @param reply empty unless answered */
    record Answer(Outcome outcome, String reply, Operation operation) {
        boolean isAnswered() {
            return outcome == Outcome.ANSWERED;
        }
    }

    private final Workload workload;
    private final Cluster cluster;
    private final Timeline timeline;
    private final Tally tally;
    private final BooleanSupplier stopped;
    final Random random;
    private final int home;
    private @Nullable Connection connection;
    private int node;

    Client(
            Workload workload,
            Cluster cluster,
            Timeline timeline,
            Tally tally,
            long seed,
            int home,
            BooleanSupplier stopped) {
        this.workload = workload;
        this.cluster = cluster;
        this.timeline = timeline;
        this.tally = tally;
        this.stopped = stopped;
        this.random = new Random(seed);
        this.home = home;
        this.node = home;
    }

    Tally tally() {
        return tally;
    }

    /** The node that it asks most of the time. */
    int home() {
        return home;
    }

    long nanos() {
        return timeline.nanos();
    }

    @Override
    public void run() {
        try {
            while (!stopped.getAsBoolean()) {
                workload.step(this);
                Thread.sleep(random.nextInt(2 * PAUSE_MILLIS));
                if (random.nextInt(20) == 0) {
                    move();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            move();
        }
    }

    Answer ask(boolean isWrite, String... words) throws InterruptedException {
        return ask(isWrite, List.of(List.of(words)));
    }

    /** Several at once; the answer is that to the last. */
    Answer ask(boolean isWrite, List<List<String>> requests) throws InterruptedException {
        List<String> last = requests.getLast();
        String key = last.size() > 1 ? last.get(1) : "";
        Connection open = connection();
        if (open == null) {
            Thread.sleep(20);
            return new Answer(Outcome.REFUSED, "", new Operation(key, node, last, 0, 0, null));
        }
        int asked = node;
        long invoked = timeline.nanos();
        try {
            String reply = Model.canonical(last, open.ask(requests));
            tally.answered(isWrite);
            return new Answer(
                    Outcome.ANSWERED, reply, new Operation(key, asked, last, invoked, timeline.nanos(), reply));
        } catch (Connection.ErrorReply error) {
            if (!error.isUnknown()) {
                tally.refused();
                return new Answer(Outcome.REFUSED, "", new Operation(key, asked, last, invoked, 0, null));
            }
        } catch (IOException lost) {
            move();
        }
        tally.unknown();
        return new Answer(Outcome.UNKNOWN, "", new Operation(key, asked, last, invoked, Long.MAX_VALUE, null));
    }

    private @Nullable Connection connection() {
        if (connection == null) {
            try {
                connection = new Connection(cluster.respAddress(node), TIMEOUT_MILLIS);
            } catch (IOException down) {
                move();
            }
        }
        return connection;
    }

    private void move() {
        Connection open = connection;
        connection = null;
        node = random.nextInt(4) == 0 ? 1 + random.nextInt(cluster.size()) : home;
        if (open != null) {
            try {
                open.close();
            } catch (IOException closing) {
                // It is given up anyway.
            }
        }
    }
}
