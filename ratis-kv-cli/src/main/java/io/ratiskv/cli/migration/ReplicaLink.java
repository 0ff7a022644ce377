package io.ratiskv.cli.migration;

import io.ratiskv.cli.load.Outcome;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import io.ratiskv.cli.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Redis, followed as its replica does (redis.io, "Redis replication"; PSYNC): its snapshot and the commands behind it go
 * into a spool as they come, so that it never has to keep them for us. A thread of its own.
 *
 * <p>A connection that breaks behind the snapshot is made again and goes on with the next byte, as long as the source still
 * has it; what it has not cannot be made up for.
 */
final class ReplicaLink implements Runnable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ACK_MILLIS = 1_000;

    /** A master says something every ten seconds, unless its configuration says otherwise. */
    private static final long SILENCE_MILLIS = 60_000;

    private static final long PAUSE_MILLIS = 200;
    private static final int MARK_BYTES = 40;

    private final Servers source;
    private final Spool spool;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private String history = "?";
    /** Of the source, up to which everything is in the spool. */
    private long offset = -1;

    /** The snapshot is in the spool. */
    private boolean whole;
    /** The commands behind the snapshot come in. */
    private boolean follows;

    private volatile long beginning = -1;
    private volatile @Nullable RespWire current;
    private volatile boolean closed;

    ReplicaLink(Servers source, Spool spool) {
        this.source = source;
        this.spool = spool;
    }

    /** The source's offset behind its snapshot; to be asked when the snapshot was read from the spool. */
    long beginning() {
        return beginning;
    }

    /** Ends it. Any thread. */
    void close() {
        closed = true;
        leave();
    }

    private void leave() {
        RespWire wire = current;
        if (wire != null) wire.close();
    }

    @Override
    public void run() {
        long lastGood = System.nanoTime();
        while (!closed) {
            try {
                follow();
            } catch (ImportException ended) {
                spool.end(ended);
                return;
            } catch (IOException broken) {
                if (follows) lastGood = System.nanoTime();
                follows = false;
                leave();
                boolean tooLong = System.nanoTime() - lastGood > TimeUnit.MILLISECONDS.toNanos(source.timeoutMillis());
                // Of a snapshot there is no second half.
                if (!whole || tooLong) {
                    spool.end(new ImportException(Outcome.UNAVAILABLE, "the source: " + broken.getMessage(), broken));
                    return;
                }
                pause();
            }
        }
        spool.end(new IOException("closed"));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws IOException {
        RespWire resp = source.open(0);
        current = resp;
        if (closed) resp.close();
        Wire wire = resp.wire();
        wire.silence((int) SILENCE_MILLIS);
        try {
            resp.ask("PING");
            resp.ask("REPLCONF", "listening-port", "0");
            resp.ask("REPLCONF", "capa", "eof", "capa", "psync2");
            resp.send("PSYNC", history, Long.toString(offset < 0 ? -1 : offset + 1));
            resp.flush();
            String answer = line(wire);
            if (answer.startsWith("-")) throw new RefusedException(answer.substring(1));
            begin(answer.substring(1), wire);
        } catch (RefusedException refused) {
            String text = String.valueOf(refused.getMessage());
            if (text.matches("(LOADING|NOMASTERLINK|MASTERDOWN|BUSY)\\b.*")) throw new IOException(text, refused);
            throw ImportException.refused("the source refused: " + text);
        }
        receiveCommands(resp);
    }

    /** A master that has to gather itself sends empty ones meanwhile. */
    private static String line(Wire wire) throws IOException {
        String line = wire.line();
        while (line.isEmpty()) line = wire.line();
        return line;
    }

    private void begin(String answer, Wire wire) throws IOException {
        String[] words = answer.split(" ", -1);
        if (words[0].equals("CONTINUE")) {
            if (words.length > 1) history = words[1];
        } else if (words[0].equals("FULLRESYNC") && words.length == 3) {
            if (beginning >= 0) {
                throw ImportException.refused(
                        "the source no longer has what it did while the connection was broken, a full resync is needed:"
                                + " empty the cluster and begin anew, with a larger repl-backlog-size at the source");
            }
            history = words[1];
            offset = Long.parseLong(words[2]);
            // Before a byte can be read.
            beginning = offset;
            receiveSnapshot(wire);
            whole = true;
        } else {
            throw ImportException.refused("the source does not let itself be followed: " + answer);
        }
    }

    private void receiveSnapshot(Wire wire) throws IOException {
        String head = line(wire);
        if (head.startsWith("$EOF:") && head.length() == "$EOF:".length() + MARK_BYTES) {
            receiveUpTo(head.substring("$EOF:".length()).getBytes(StandardCharsets.ISO_8859_1), wire);
        } else if (head.matches("\\$\\d{1,18}")) {
            receive(Long.parseLong(head.substring(1)), wire);
        } else {
            throw ImportException.refused("the source sent no snapshot: " + head);
        }
    }

    private void receive(long length, Wire wire) throws IOException {
        for (long left = length; left > 0; ) {
            int count = some(wire, (int) Math.min(left, buffer.length));
            spool.append(buffer, 0, count);
            left -= count;
        }
    }

    private int some(Wire wire, int max) throws IOException {
        int count = wire.some(buffer, max);
        if (count < 0) throw new EOFException("it closed the connection");
        return count;
    }

    /** Behind the mark the source sends nothing until it is told that all came. */
    private void receiveUpTo(byte[] mark, Wire wire) throws IOException {
        byte[] held = new byte[0];
        while (!Arrays.equals(held, mark)) {
            int count = some(wire, buffer.length);
            byte[] all = Arrays.copyOf(held, held.length + count);
            System.arraycopy(buffer, 0, all, held.length, count);
            int done = Math.max(0, all.length - MARK_BYTES);
            spool.append(all, 0, done);
            held = Arrays.copyOfRange(all, done, all.length);
        }
    }

    private void receiveCommands(RespWire resp) throws IOException {
        Wire wire = resp.wire();
        wire.silence(ACK_MILLIS);
        follows = true;
        long heard = System.nanoTime();
        acknowledge(resp);
        long acknowledged = heard;
        while (true) {
            try {
                int count = some(wire, buffer.length);
                spool.append(buffer, 0, count);
                offset += count;
                heard = System.nanoTime();
            } catch (SocketTimeoutException silent) {
                if (System.nanoTime() - heard > TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS)) throw silent;
            }
            if (System.nanoTime() - acknowledged >= TimeUnit.MILLISECONDS.toNanos(ACK_MILLIS)) {
                acknowledge(resp);
                acknowledged = System.nanoTime();
            }
        }
    }

    private void acknowledge(RespWire resp) throws IOException {
        resp.send("REPLCONF", "ACK", Long.toString(offset));
        resp.flush();
    }
}
