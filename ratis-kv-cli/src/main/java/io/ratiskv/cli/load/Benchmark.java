package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import io.ratiskv.cli.wire.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
     * @throws InterruptedException when the caller is interrupted; operations under way are left
     */
    public Measured run(LongConsumer progress) throws IOException, InterruptedException {
        Run started = Run.of(load, places(), seed);
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, load.clients());
        try (Loops loops = Loops.start(threads)) {
            List<Recorder> recorders = new ArrayList<>();
            Map<Loops.Loop, List<Client>> clients = new HashMap<>();
            for (int i = 0; i < threads; i++) {
                Recorder recorder = new Recorder(started.schedule());
                recorders.add(recorder);
                Loops.Loop loop = loops.next();
                List<Client> own = new ArrayList<>();
                for (int number = i; number < load.clients(); number += threads)
                    own.add(new Client(number, started, loop, recorder));
                clients.put(loop, own);
            }
            await(started, clients, progress);
            double seconds = (System.nanoTime() - started.schedule().startNanos()) / NANOS_PER_SECOND;
            progress.accept(started.ended().sum());
            return measured(recorders, started.schedule(), seconds);
        }
    }

    private static void await(Run run, Map<Loops.Loop, List<Client>> clients, LongConsumer progress)
            throws InterruptedException {
        each(clients, Client::connect);
        run.connected().await();
        run.schedule().start(System.nanoTime());
        each(clients, Client::begin);
        while (!run.done().await(PROGRESS_MILLIS, TimeUnit.MILLISECONDS)) {
            progress.accept(run.ended().sum());
            long now = System.nanoTime();
            each(clients, client -> client.look(now));
        }
    }

    private static void each(Map<Loops.Loop, List<Client>> clients, Consumer<Client> task) {
        clients.forEach((loop, own) -> loop.events().execute(() -> own.forEach(task)));
    }

    /** A wrong password or address is told at once, not after every operation has failed. */
    private List<Place> places() throws IOException {
        List<Place> places = new ArrayList<>();
        boolean any = false;
        IOException last = new IOException("no addresses");
        for (Target target : targets) {
            Endpoint endpoint = target.endpoint();
            InetSocketAddress address = null;
            try (Wire wire = endpoint.connect(load.timeoutMillis())) {
                address = wire.address();
                if (!any && target.protocol() == Target.Protocol.RESP)
                    new RespWire(wire).logIn(target.user(), target.password());
                any = true;
            } catch (RefusedException refused) {
                throw refused;
            } catch (IOException unreachable) {
                last = new IOException(target + ": " + unreachable.getMessage(), unreachable);
            }
            places.add(new Place(
                    target, address == null ? new InetSocketAddress(endpoint.host(), endpoint.port()) : address));
        }
        if (!any) throw last;
        return places;
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
