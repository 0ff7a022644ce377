package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import io.ratiskv.rdb.RdbFileReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows a live Redis: loads its snapshot, then does what it does, until both are equal or for ever. Confined to one thread,
 * beside that of its {@link ReplicaLink}.
 */
public final class LiveImport implements AutoCloseable {
    private static final Pattern OFFSET = Pattern.compile("master_repl_offset:(\\d+)");
    private static final long ROUND_MILLIS = 1_000;
    private static final long WAIT_MILLIS = 50;

    /** So near, the writers of the source are stopped. */
    private static final long NEAR_BYTES = 1 << 20;

    private final Servers source;
    private final Options options;
    private final Spool spool = new Spool();
    private final ReplicaLink replica;
    private final Loader loader;
    private final Tally tally = new Tally();
    private final Consumer<Tally> progress;
    private @Nullable RespWire control;
    private boolean paused;

    /** @throws IOException when there is no room for a temporary file */
    public LiveImport(Servers source, Servers cluster, Options options, Consumer<Tally> progress) throws IOException {
        this.source = source;
        this.options = options;
        this.progress = progress;
        this.replica = new ReplicaLink(source, spool);
        this.loader = new Loader(cluster);
    }

    /**
     * Follows.
     *
     * @param untilCaughtUp whether it returns when the source has done nothing that the cluster has not
     * @param pauseMillis for how long writers of the source are stopped when the cluster is near; 0 for not at all
     * @throws ImportException when it ends before
     */
    public Tally follow(boolean untilCaughtUp, long pauseMillis) throws IOException {
        Thread.ofPlatform().daemon().name("replica").start(replica);
        Spool.Reader in = spool.reader();
        Intake intake = new Intake(loader, options, tally, System::currentTimeMillis, () -> progress.accept(tally));
        tally.read(RdbFileReader.read(in, intake));
        loader.finish();
        long beginning = replica.beginning();
        RespCommands commands = new RespCommands(in, 0);
        long snapshotBytes = tally.bytes();
        long roundNanos = System.nanoTime();
        while (true) {
            // Nothing waits for a chunk to fill up.
            if (!in.await(0)) loader.finish();
            if (in.await(WAIT_MILLIS)) {
                List<Bytes> words = commands.next();
                if (words != null) intake.command(words);
                tally.readUpTo(snapshotBytes + commands.offset());
            }
            long now = System.nanoTime();
            if (now - roundNanos < TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) continue;
            roundNanos = now;
            if (intake.isWithinTransaction()) continue;
            loader.finish();
            boolean even = isEven(beginning + commands.offset(), pauseMillis);
            progress.accept(tally);
            if (even && untilCaughtUp) return tally;
        }
    }

    /** @param done the source's offset up to which the cluster has done everything */
    private boolean isEven(long done, long pauseMillis) throws ImportException {
        try {
            if (control == null) control = source.open(0);
            long lag = offset(control) - done;
            tally.lag(lag);
            if (pauseMillis == 0 || paused) return lag == 0;
            if (lag <= NEAR_BYTES) {
                control.ask("CLIENT", "PAUSE", Long.toString(pauseMillis), "WRITE");
                paused = true;
            }
            // What was written before the pause began counts in the next round.
            return false;
        } catch (RefusedException refused) {
            throw ImportException.refused("the source refused: " + refused.getMessage());
        } catch (IOException notNow) {
            if (control != null) control.close();
            control = null;
            return false;
        }
    }

    private static long offset(RespWire source) throws IOException {
        Matcher offset = OFFSET.matcher(RespWire.text(source.ask("INFO", "replication")));
        if (!offset.find()) throw new RefusedException("INFO replication says no master_repl_offset");
        return Long.parseLong(offset.group(1));
    }

    @Override
    public void close() throws IOException {
        replica.close();
        loader.close();
        if (control != null) control.close();
        spool.close();
    }
}
