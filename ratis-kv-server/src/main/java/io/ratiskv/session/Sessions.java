package io.ratiskv.session;

import io.ratiskv.acl.User;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Reply;
import io.ratiskv.command.CommandTable;
import io.ratiskv.replication.Durations;
import io.ratiskv.replication.Intake;
import io.ratiskv.replication.Loop;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Conversations;
import io.ratiskv.resp.NettyLoop;
import io.ratiskv.resp.Outlet;
import io.ratiskv.resp.RespServer;
import io.ratiskv.resp.RespSettings;
import io.ratiskv.tls.Tls;
import io.ratiskv.tracing.Tracing;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All sessions of a node and what they share. Confined to the event loop, except where a method says "any thread". */
public final class Sessions implements Conversations {
    /** The read behind WATCH: the version of each key. */
    static final Bytes VERSIONS = Bytes.of("RAFT.VERSIONS");

    private final Loop loop;
    private final Intake intake;
    private final NodeView node;
    private final Administration administration;
    private final Admission admission;
    private final AccessLog accessLog = new AccessLog();
    private final Aftermath aftermath;
    private final SessionSettings settings;
    private final @Nullable Tracing tracing;
    private final Bindings bindings;
    private final Pause pause = new Pause(this);
    private final Monitors monitors;
    private final Failover failover = new Failover();
    private final SlowLog slowLog;
    private final RequestStatistics statistics;
    private final TreeMap<Long, Session> byId = new TreeMap<>();

    /** Those that are not answered. */
    private final Set<Visit> visiting = new LinkedHashSet<>();

    private final long startedAtMillis = System.currentTimeMillis();
    private final String runId = randomId();
    private final NodeSettings nodeSettings;

    private @Nullable RespServer server;
    private long lastId;
    private String mechanism = "none";

    /** @param tracing follows requests; null when nobody collects traces */
    public Sessions(
            CommandTable table,
            Intake intake,
            Loop loop,
            NodeView node,
            Administration administration,
            Credentials credentials,
            Aftermath aftermath,
            SessionSettings settings,
            @Nullable Tracing tracing) {
        this.loop = loop;
        this.intake = intake;
        this.node = node;
        this.administration = administration;
        this.admission = new Admission(table, node::users, credentials);
        this.aftermath = aftermath;
        this.monitors = new Monitors(aftermath.pubSub());
        this.settings = settings;
        this.tracing = tracing;
        this.bindings = new Bindings(table, LocalCommands.bodies(table));
        this.statistics = new RequestStatistics(bindings);
        this.slowLog = new SlowLog(settings.slowlogMicros(), settings.slowlogLengthMax());
        this.nodeSettings = new NodeSettings(this);
        aftermath.listenToUsers(this::usersChanged);
    }

    /** 40 hexadecimal digits that tell this process from any other. */
    private static String randomId() {
        byte[] bytes = new byte[20];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Opens the port to clients. Any thread but the loop's.
     *
     * @throws IOException if the address cannot be bound; the message names it
     */
    public RespServer listen(NettyLoop netty, RespSettings respSettings, @Nullable Tls tls) throws IOException {
        RespServer listening = RespServer.bind(netty, respSettings, tls, this);
        netty.execute(() -> {
            server = listening;
            mechanism = netty.mechanism();
            sample();
        });
        return listening;
    }

    private void sample() {
        statistics.sample(nanoTime(), server == null ? null : server.traffic());
        loop.schedule(this::sample, 1, TimeUnit.SECONDS);
    }

    /** How long requests took from dispatch to reply, by family of commands. Any thread. */
    public Map<String, Durations.Figures> latencies() {
        Map<String, Durations.Figures> figures = new TreeMap<>();
        bindings.latencies().forEach((family, latency) -> figures.put(family.wireName(), latency.figures()));
        return figures;
    }

    /** Requests answered so far, by command name; commands without any are left out. Any thread, a little late. */
    public Map<String, Long> commandCalls() {
        Map<String, Long> calls = new TreeMap<>();
        for (Binding binding : bindings.all()) {
            if (binding.calls > 0) {
                calls.put(binding.command().name(), binding.calls);
            }
        }
        return calls;
    }

    /** The newest so many requests that took long. Any thread. */
    public List<SlowRequest> slowest(int count) {
        return slowLog.newest(count);
    }

    @Override
    public Conversation begin(Outlet outlet) {
        ClientState state = new ClientState(++lastId, nowMillis(), admission.isOpen());
        Session session = new Session(this, outlet, state);
        byId.put(state.id(), session);
        return session;
    }

    /**
     * Runs what a client without a connection asks for. Any thread.
     *
     * @param errand of a client that has proven who it is
     * @param then gets the reply once, on the event loop: that of the request, or an array with those of a batch; the
     *     error that kept a batch from being run as a whole
     */
    public void visit(Errand errand, Consumer<Reply> then) {
        loop.execute(() -> {
            Visit visit = new Visit(this, errand, then);
            visiting.add(visit);
            try {
                visit.begin();
            } catch (RuntimeException failure) {
                // A fault of this node, which the loop reports; whoever waits must not wait for ever.
                visit.close();
                throw failure;
            }
        });
    }

    /** Connections of users that are gone end, and those that listen where their user may not any more. */
    private void usersChanged(Effect change) {
        for (Session session : all()) {
            if (!(change instanceof Effect.UserChanged one)) {
                userChanged(session, /* removed= */ false);
            } else if (session.state().user().equals(one.name())) {
                userChanged(session, one.removed());
            }
        }
    }

    private void userChanged(Session session, boolean removed) {
        User user = admission.users().find(session.state().user());
        if (removed || user == null) {
            session.dismiss();
        } else if (!pubSub().mayListen(session, user)) {
            session.outlet().close();
        }
    }

    void left(Visit visit) {
        visiting.remove(visit);
    }

    void left(Session session) {
        pubSub().leaveAll(session);
        blocked().leave(session);
        tracking().end(session);
        monitors.end(session);
        byId.remove(session.state().id());
    }

    /** In the order they connected. */
    Collection<Session> all() {
        return List.copyOf(byId.values());
    }

    int size() {
        return byId.size();
    }

    @Nullable
    Session find(long id) {
        return byId.get(id);
    }

    void proceedAll() {
        for (Session session : all()) {
            session.drained();
        }
        List.copyOf(visiting).forEach(Visit::drained);
    }

    void resetStatistics() {
        statistics.reset(node.lookups());
        accessLog.resetCounters();
    }

    /**
     * Makes a reply of what completes later, on the event loop.
     *
     * @param shown the reply to what it completed with
     */
    <T> void whenDone(CompletableFuture<T> future, Function<T, Reply> shown, Consumer<Reply> then) {
        future.whenComplete((value, failure) ->
                        loop.execute(() -> then.accept(failure == null ? shown.apply(value) : error(failure))))
                .exceptionally(ignored -> null);
    }

    private static Reply error(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CommandException refused) {
            return refused.reply();
        }
        String message = cause.getMessage();
        return Reply.error("ERR " + (message == null ? cause.getClass().getSimpleName() : message));
    }

    Bindings bindings() {
        return bindings;
    }

    Intake intake() {
        return intake;
    }

    Loop loop() {
        return loop;
    }

    NodeView node() {
        return node;
    }

    Administration administration() {
        return administration;
    }

    /** Who may use this node. Any thread. */
    public Guard guard() {
        return admission;
    }

    Admission admission() {
        return admission;
    }

    AccessLog accessLog() {
        return accessLog;
    }

    PubSub pubSub() {
        return aftermath.pubSub();
    }

    Tracking tracking() {
        return aftermath.tracking();
    }

    BlockedClients blocked() {
        return aftermath.blocked();
    }

    /** What may wait for a client that does not read, in bytes. */
    long outputBytesMax() {
        return server == null ? Long.MAX_VALUE : server.settings().outputBytesMax();
    }

    SessionSettings settings() {
        return settings;
    }

    @Nullable
    Tracing tracing() {
        return tracing;
    }

    /** Clients that wait for a key, or for the end of CLIENT PAUSE. */
    long blockedClients() {
        return byId.values().stream().filter(Session::isBlocked).count();
    }

    Failover failover() {
        return failover;
    }

    Monitors monitors() {
        return monitors;
    }

    Pause pause() {
        return pause;
    }

    SlowLog slowLog() {
        return slowLog;
    }

    RequestStatistics statistics() {
        return statistics;
    }

    /** Null until the port is open. */
    @Nullable
    RespServer server() {
        return server;
    }

    /** How the system tells which sockets are ready. */
    String mechanism() {
        return mechanism;
    }

    String runId() {
        return runId;
    }

    NodeSettings nodeSettings() {
        return nodeSettings;
    }

    long startedAtMillis() {
        return startedAtMillis;
    }

    long nowMillis() {
        return System.currentTimeMillis();
    }

    long nanoTime() {
        return loop.nanoTime();
    }
}
