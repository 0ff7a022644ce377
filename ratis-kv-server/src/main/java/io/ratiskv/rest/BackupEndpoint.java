package io.ratiskv.rest;

import io.javalin.http.Context;
import io.ratiskv.backup.Backups;
import io.ratiskv.replication.ReadLevel;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /backup}: a copy of the node's state, as {@link Backups} makes it. Blocks a thread of Javalin as long as the
 * client reads; one is given at a time, so that others are left.
 */
public final class BackupEndpoint {
    /** Takes a backup. */
    @FunctionalInterface
    public interface Source {
        /** @param stale as it is on this node, be there a leader or not */
        CompletableFuture<Backups.Backup> take(Backups.Format format, boolean stale);
    }

    private final Source source;
    private final Semaphore turn = new Semaphore(1);

    BackupEndpoint(Source source) {
        this.source = source;
    }

    /** @throws IOException if the client goes away, or the disk fails */
    void serve(Context context) throws IOException, RefusedException, InterruptedException {
        boolean stale = stale(CommandEndpoint.readLevel(context.header(CommandEndpoint.READ_CONSISTENCY)));
        Backups.Format format = format(context.queryParam("format"));
        if (!turn.tryAcquire()) {
            throw new RefusedException(503, "OVERLOADED a backup is given to somebody already; nothing was done");
        }
        try {
            send(context, format, taken(format, stale));
        } finally {
            turn.release();
        }
    }

    private static boolean stale(ReadLevel level) throws RefusedException {
        boolean stale = level.equals(ReadLevel.STALE);
        if (!stale && !level.equals(ReadLevel.LINEARIZABLE)) {
            throw new RefusedException(
                    400, "ERR " + CommandEndpoint.READ_CONSISTENCY + " of a backup must be linearizable or stale");
        }
        return stale;
    }

    private static Backups.Format format(@Nullable String name) throws RefusedException {
        if (name == null) return Backups.Format.SNAPSHOT;
        return switch (name) {
            case "snapshot" -> Backups.Format.SNAPSHOT;
            case "rdb" -> Backups.Format.RDB;
            case "aof" -> Backups.Format.AOF;
            default -> throw new RefusedException(400, "ERR format must be snapshot, rdb or aof");
        };
    }

    private Backups.Backup taken(Backups.Format format, boolean stale) throws RefusedException, InterruptedException {
        try {
            return source.take(format, stale).get();
        } catch (ExecutionException failed) {
            throw new RefusedException(
                    503,
                    "CLUSTERDOWN no backup was taken: " + RestServer.rootMessage(failed)
                            + "; with X-Read-Consistency: stale a node gives what it holds");
        }
    }

    private static void send(Context context, Backups.Format format, Backups.Backup backup) throws IOException {
        try (InputStream in = backup.in()) {
            context.contentType("application/octet-stream");
            context.header(
                    "Content-Disposition",
                    "attachment; filename=\"backup-" + backup.index() + "." + format.extension() + "\"");
            context.header("Cache-Control", "no-store");
            context.res().setContentLengthLong(backup.bytes());
            in.transferTo(context.res().getOutputStream());
        }
    }
}
