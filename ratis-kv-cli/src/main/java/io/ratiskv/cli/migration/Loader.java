package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.cli.load.Outcome;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has a cluster do commands, each once and in their order, however often connections break. Confined to one thread.
 *
 * <p>Commands are gathered into chunks. A chunk is one transaction (MULTI, EXEC) whose commands are numbered in a session of
 * the cluster (CLIENT SESSION, ONCE); one is under way while the next is gathered. Without an answer, or with one that says
 * that nothing was done, the same chunk is sent again, to the next node: what was done is answered and not done again, and
 * no chunk overtakes another.
 */
final class Loader implements AutoCloseable {
    /** As many replies as a session keeps. */
    private static final int COMMANDS_MAX = 256;

    private static final long CHUNK_BYTES = 512 * 1024;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Servers cluster;
    private final String session = "raft-cli-import-" + UUID.randomUUID();
    private int node;
    private @Nullable RespWire link;
    private long answered;
    private long numbered;

    private Chunk open = new Chunk();
    private @Nullable Chunk sent;

    Loader(Servers cluster) {
        this.cluster = cluster;
    }

    /** A command with its number in the session. */
    private record Step(long number, Work work) {
        int database() {
            return work.database();
        }

        /** In an error. */
        String subject() {
            Bytes[] words = work.words();
            String key = words.length > 1 ? " \"" + words[1] + "\"" : "";
            return words[0] + key + " in database " + work.database();
        }
    }

    private static final class Chunk {
        final List<Step> steps = new ArrayList<>();
        long bytes;
        /** It may have reached a node. */
        boolean left;

        boolean isTransaction() {
            return steps.size() > 1;
        }
    }

    /** A command. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Work(int database, Bytes[] words) {
        long bytes() {
            long sum = 0;
            for (Bytes word : words) sum += word.length();
            return sum;
        }
    }

    /** Takes a command; it is done with or after those before. */
    void add(Work work) throws IOException {
        addTogether(List.of(work));
    }

    /** Takes commands that are done in one step of the cluster. */
    void addTogether(List<Work> together) throws IOException {
        long bytes = 0;
        for (Work work : together) bytes += work.bytes();
        boolean full = open.steps.size() + together.size() > COMMANDS_MAX || open.bytes + bytes > CHUNK_BYTES;
        if (full && !open.steps.isEmpty()) send();
        for (Work work : together) open.steps.add(new Step(++numbered, work));
        open.bytes += bytes;
    }

    /** Returns when all that was taken is done. */
    void finish() throws IOException {
        send();
        await();
    }

    private void send() throws IOException {
        await();
        if (open.steps.isEmpty()) return;
        sent = open;
        open = new Chunk();
        try {
            transmit(sent);
        } catch (RefusedException refused) {
            problem(refused);
            leave();
        } catch (IOException broken) {
            leave();
        }
    }

    private void await() throws IOException {
        Chunk chunk = sent;
        if (chunk == null) return;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(cluster.timeoutMillis());
        while (true) {
            String problem;
            try {
                if (link == null) transmit(chunk);
                problem = answer(chunk, link);
                if (problem == null) break;
            } catch (RefusedException refused) {
                problem = problem(refused);
            } catch (ImportException ended) {
                throw ended;
            } catch (IOException broken) {
                problem = broken.getMessage() == null ? broken.toString() : broken.getMessage();
            }
            leave();
            if (System.nanoTime() - until > 0) {
                throw new ImportException(
                        chunk.left ? Outcome.UNKNOWN : Outcome.UNAVAILABLE,
                        "no node of " + cluster + " serves: " + problem,
                        null);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        answered = chunk.steps.getLast().number();
        sent = null;
    }

    /** What a node said at the door: why it has to be tried again. */
    private static String problem(RefusedException refused) throws ImportException {
        String text = String.valueOf(refused.getMessage());
        String problem = judged(new Reply.Failure(text), null);
        return problem == null ? text : problem;
    }

    private void leave() {
        RespWire broken = link;
        link = null;
        node++;
        if (broken != null) broken.close();
    }

    private void transmit(Chunk chunk) throws IOException {
        RespWire wire = link;
        if (wire == null) {
            wire = cluster.open(node);
            link = wire;
            long known = ((Reply.Int) wire.ask("CLIENT", "SESSION", session)).value();
            if (known < answered) throw ImportException.refused("the cluster has forgotten the session of this import");
        }
        chunk.left = true;
        int database = 0;
        wire.send("SELECT", "0");
        if (chunk.isTransaction()) wire.send("MULTI");
        for (Step step : chunk.steps) {
            if (step.database() != database) {
                database = step.database();
                wire.send("SELECT", Integer.toString(database));
            }
            Bytes[] words = new Bytes[2 + step.work().words().length];
            words[0] = Bytes.of("ONCE");
            words[1] = Bytes.of(step.number());
            System.arraycopy(step.work().words(), 0, words, 2, words.length - 2);
            wire.send(words);
        }
        if (chunk.isTransaction()) wire.send("EXEC");
        wire.flush();
    }

    /** @return null when all is done; else why it has to be sent again */
    private @Nullable String answer(Chunk chunk, @Nullable RespWire wire) throws IOException {
        if (wire == null) return "no connection";
        List<Reply> replies = new ArrayList<>();
        List<@Nullable Step> told = new ArrayList<>();
        Reply selected = wire.receive();
        if (selected instanceof Reply.Failure failure) return judged(failure, null);
        Reply begun = chunk.isTransaction() ? wire.receive() : Reply.OK;
        int database = 0;
        for (Step step : chunk.steps) {
            if (step.database() != database) {
                database = step.database();
                replies.add(wire.receive());
                told.add(null);
            }
            replies.add(wire.receive());
            told.add(step);
        }
        if (begun instanceof Reply.Failure failure) return judged(failure, null);
        if (chunk.isTransaction()) {
            Reply done = wire.receive();
            if (!(done instanceof Reply.Array all)) {
                String problem = problem(replies, told);
                if (problem != null) return problem;
                return done instanceof Reply.Failure failure ? judged(failure, null) : "no answer to EXEC";
            }
            replies = all.elements();
        }
        return problem(replies, told);
    }

    private static @Nullable String problem(List<Reply> replies, List<@Nullable Step> told) throws ImportException {
        for (int i = 0; i < replies.size(); i++) {
            if (!(replies.get(i) instanceof Reply.Failure failure)) continue;
            String problem = judged(failure, told.get(i));
            if (problem != null) return problem;
        }
        return null;
    }

    /** @return why the chunk has to be sent again; null when it need not */
    private static @Nullable String judged(Reply.Failure failure, @Nullable Step step) throws ImportException {
        return switch (failure.code()) {
            // Of a long transaction that was sent again: it was done, and its first replies are not kept.
            case "NOREPLY" -> null;
            case "BUSYKEY" ->
                throw ImportException.refused((step == null ? "RESTORE" : step.subject())
                        + ": the key is there already; --replace replaces such keys");
            // Nothing happened, but waiting makes no room.
            case "OOM" -> throw refused(failure, step);
            default -> {
                if (Outcome.ofError(failure.code()) == Outcome.REFUSED) throw refused(failure, step);
                yield failure.text();
            }
        };
    }

    private static ImportException refused(Reply.Failure failure, @Nullable Step step) {
        return ImportException.refused((step == null ? "the cluster" : step.subject()) + ": " + failure.text());
    }

    @Override
    public void close() {
        RespWire last = link;
        link = null;
        if (last != null) last.close();
    }
}
