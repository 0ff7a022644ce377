package io.ratiskv.session;

import io.ratiskv.command.Command;
import io.ratiskv.command.Flag;
import io.ratiskv.command.Kind;
import io.ratiskv.replication.Durations;
import org.jspecify.annotations.Nullable;

/**
 * A command as sessions see it: what dispatch needs at hand, its body if it is local, and its counters. Confined to
 * the event loop.
 */
final class Binding {
    private final Command command;
    private final boolean write;
    private final boolean local;
    private final boolean slowRead;
    private final boolean withoutAuthentication;
    private final @Nullable LocalCommand body;
    private final @Nullable TransactionRole role;
    private final @Nullable String insteadOfVisit;
    private final boolean whileListening;
    private final boolean blocking;
    private final boolean ofClient;
    private final boolean changesUsers;
    private final boolean once;
    private final boolean opensSession;

    /** How long requests of the command's family took. */
    final Durations latency;

    /** Requests that were run. Any thread may read it, a little late. */
    long calls;

    /** From dispatch to reply, summed over {@link #calls}. */
    private long nanos;

    private long rejected;
    private long failed;

    /** How long each of {@link #calls} took; null while there is none, or nobody wants it. */
    private @Nullable LatencyHistogram histogram;

    Binding(Command command, @Nullable LocalCommand body, Durations latency) {
        this.command = command;
        this.latency = latency;
        this.write = command.kind() == Kind.WRITE;
        this.local = command.kind() == Kind.LOCAL;
        this.slowRead = command.kind() == Kind.READ && !command.has(Flag.FAST);
        this.withoutAuthentication = command.has(Flag.NO_AUTH);
        this.body = body;
        this.role = TransactionRole.of(command.name());
        this.blocking = command.has(Flag.BLOCKING) && !local;
        this.changesUsers = write && command.name().startsWith("acl|");
        this.once = command.name().equals("once");
        this.opensSession = command.name().equals("client|session");
        this.ofClient = command.name().startsWith("client|");
        this.whileListening = PubSubCommands.whileListening(command.name());
        this.insteadOfVisit = ConnectionBound.instead(command);
    }

    /** What a command has to do with MULTI. */
    enum TransactionRole {
        MULTI,
        EXEC,
        DISCARD,
        WATCH,
        /** QUIT, RESET: never queued. */
        UNQUEUED;

        static @Nullable TransactionRole of(String name) {
            return switch (name) {
                case "multi" -> MULTI;
                case "exec" -> EXEC;
                case "discard" -> DISCARD;
                case "watch" -> WATCH;
                case "quit", "reset" -> UNQUEUED;
                default -> null;
            };
        }
    }

    Command command() {
        return command;
    }

    boolean write() {
        return write;
    }

    /** Whether it reads or changes keys, or reaches other clients. */
    boolean usesState() {
        return !local || command.has(Flag.MAY_REPLICATE);
    }

    /** What writes, or reaches other clients: it waits while CLIENT PAUSE holds writes. */
    boolean changesAnything() {
        return write || command.has(Flag.MAY_REPLICATE);
    }

    boolean local() {
        return local;
    }

    /** True when the state may answer that the client must wait. */
    boolean blocking() {
        return blocking;
    }

    /** True of a read whose reply may be long or whose work much. */
    boolean slowRead() {
        return slowRead;
    }

    boolean withoutAuthentication() {
        return withoutAuthentication;
    }

    @Nullable
    LocalCommand body() {
        return body;
    }

    @Nullable
    TransactionRole role() {
        return role;
    }

    /** Why the command makes no sense in a {@link Visit}, and what does it there; null when it does. */
    @Nullable
    String insteadOfVisit() {
        return insteadOfVisit;
    }

    /** Whether a client of RESP2 that listens to channels may ask for it: it could not tell other replies from messages. */
    boolean whileListening() {
        return whileListening;
    }

    /** Whether what it does decides what its own connection may do next. */
    boolean changesUsers() {
        return changesUsers;
    }

    /** ONCE: another command stands among its words. */
    boolean isOnce() {
        return once;
    }

    /** CLIENT SESSION: what the state answers decides what the connection goes on with. */
    boolean opensSession() {
        return opensSession;
    }

    /** Whether passwords stand among its words. */
    boolean setsPasswords() {
        return changesUsers && command.name().equals("acl|setuser");
    }

    /** Whether it is of CLIENT, by which a client steers its connection. */
    boolean ofClient() {
        return ofClient;
    }

    boolean choosesDatabase() {
        return command.name().equals("select");
    }

    /** A request was run and answered. */
    void answered(long tookNanos, boolean withError, boolean keepsHistogram) {
        calls++;
        nanos += tookNanos;
        failed += withError ? 1 : 0;
        latency.record(tookNanos);
        if (keepsHistogram) {
            if (histogram == null) {
                histogram = new LatencyHistogram();
            }
            histogram.record(tookNanos);
        }
    }

    /** A request that was answered with the promise to go on when there is something for it ended in an error. */
    void failedLate() {
        failed++;
    }

    /** A request was refused before it was run: wrong number of words, no authentication. */
    void rejected() {
        rejected++;
    }

    long micros() {
        return nanos / 1000;
    }

    long rejections() {
        return rejected;
    }

    /** Requests whose reply was an error. */
    long failures() {
        return failed;
    }

    @Nullable
    LatencyHistogram histogram() {
        return histogram;
    }

    void forgetHistogram() {
        histogram = null;
    }

    void resetStatistics() {
        calls = 0;
        nanos = 0;
        rejected = 0;
        failed = 0;
        histogram = null;
    }
}
