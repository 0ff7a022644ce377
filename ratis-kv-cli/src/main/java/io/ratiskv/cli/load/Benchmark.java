package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** Puts a load on a cluster and measures what comes of it. One run at a time; the calling thread waits. */
public final class Benchmark {
    private static final long PROGRESS_MILLIS = 200;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Load load;
    private final List<Target> targets;
    private final long seed;

    /** @param targets not empty, all of one protocol; clients are spread over them */
    public Benchmark(Load load, List<Target> targets, long seed) {
        this.load = load;
        this.targets = List.copyOf(targets);
        this.seed = seed;
    }

    /**
     * Runs it.
     *
     * @param progress told every fifth of a second how many operations have ended, and at the end
     * @throws RefusedException when the password is wrong
     * @throws IOException when no target takes a connection: nothing was sent then
     * @throws InterruptedException when the caller is interrupted; clients end with their operation under way
     */
    public Measured run(LongConsumer progress) throws IOException, InterruptedException {
        check();
        Schedule schedule = new Schedule(load);
        LongAdder ended = new LongAdder();
        List<Recorder> recorders = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < load.clients(); i++) {
            Recorder recorder = new Recorder(schedule);
            recorders.add(recorder);
            Client client = new Client(i, load, schedule, targets, seed, recorder, ended);
            threads.add(Thread.ofVirtual().name("client-" + i).start(client));
        }
        for (Thread thread : threads) {
            while (!thread.join(Duration.ofMillis(PROGRESS_MILLIS))) progress.accept(ended.sum());
        }
        double seconds = (System.nanoTime() - schedule.startNanos()) / NANOS_PER_SECOND;
        progress.accept(ended.sum());
        return measured(recorders, schedule, seconds);
    }

    /** A wrong password or address is told at once, not after every operation has failed. */
    private void check() throws IOException {
        IOException last = new IOException("no addresses");
        for (Target target : targets) {
            try {
                target.open(new byte[0], load.timeoutMillis()).close();
                return;
            } catch (RefusedException refused) {
                throw refused;
            } catch (IOException unreachable) {
                last = new IOException(target + ": " + unreachable.getMessage(), unreachable);
            }
        }
        throw last;
    }

    private static Measured measured(List<Recorder> recorders, Schedule schedule, double seconds) {
        Recorder all = new Recorder(schedule);
        recorders.forEach(all::add);
        List<Long> perSecond = new ArrayList<>();
        for (int i = 0; i <= (int) seconds; i++) perSecond.add(i < all.perSecond.length ? all.perSecond[i] : 0L);
        return new Measured(
                seconds,
                Map.copyOf(all.outcomes),
                all.repeats,
                all.setNanos,
                all.getNanos,
                List.copyOf(perSecond),
                Map.copyOf(all.errors));
    }
}
