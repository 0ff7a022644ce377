package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.replication.ReadLevel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one connection has chosen and what is known of it. Confined to the event loop. */
final class ClientState {
    /** Whether requests are answered: CLIENT REPLY. */
    enum ReplyMode {
        ON,
        OFF
    }

    private final long id;
    private final long connectedAtMillis;
    private long interactedAtMillis;

    private int database;
    private int protocol = 2;
    private boolean authenticated;
    private Bytes user = Request.DEFAULT_USER;
    private Bytes name = Bytes.EMPTY;
    private Bytes session = Bytes.EMPTY;
    private Bytes libraryName = Bytes.EMPTY;
    private Bytes libraryVersion = Bytes.EMPTY;
    private ReadLevel reads = ReadLevel.LINEARIZABLE;
    private boolean noEvict;
    private boolean noTouch;
    private ReplyMode replyMode = ReplyMode.ON;
    private int repliesToSkip;
    private String lastCommand = "NULL";
    private @Nullable OpenTransaction transaction;
    private List<Unit.Watched> watched = List.of();
    private @Nullable String traceparent;
    private @Nullable ClientTracking tracking;

    /** Null while the client listened to nothing yet: most never do. */
    private @Nullable Map<Listening, Set<Bytes>> listening;

    /** @param authenticated true when no password is asked for */
    ClientState(long id, long nowMillis, boolean authenticated) {
        this.id = id;
        this.connectedAtMillis = nowMillis;
        this.interactedAtMillis = nowMillis;
        this.authenticated = authenticated;
    }

    /** As it began: RESET. */
    void reset(boolean authenticatedAtFirst) {
        database = 0;
        protocol = 2;
        authenticated = authenticatedAtFirst;
        user = Request.DEFAULT_USER;
        name = Bytes.EMPTY;
        session = Bytes.EMPTY;
        reads = ReadLevel.LINEARIZABLE;
        noEvict = false;
        noTouch = false;
        replyMode(ReplyMode.ON);
        forgetTransaction();
    }

    long id() {
        return id;
    }

    long connectedAtMillis() {
        return connectedAtMillis;
    }

    long interactedAtMillis() {
        return interactedAtMillis;
    }

    void interacted(long nowMillis) {
        interactedAtMillis = nowMillis;
    }

    int database() {
        return database;
    }

    void database(int chosen) {
        database = chosen;
    }

    int protocol() {
        return protocol;
    }

    void protocol(int version) {
        protocol = version;
    }

    boolean authenticated() {
        return authenticated;
    }

    Bytes user() {
        return user;
    }

    void authenticatedAs(Bytes name) {
        authenticated = true;
        user = name;
    }

    /** The user is no more. */
    void dismissed() {
        authenticated = false;
        user = Request.DEFAULT_USER;
    }

    Bytes name() {
        return name;
    }

    void name(Bytes chosen) {
        name = chosen;
    }

    /** In which the client numbers requests: CLIENT SESSION; empty while there is none. */
    Bytes session() {
        return session;
    }

    void session(Bytes opened) {
        session = opened;
    }

    Bytes libraryName() {
        return libraryName;
    }

    void libraryName(Bytes told) {
        libraryName = told;
    }

    Bytes libraryVersion() {
        return libraryVersion;
    }

    void libraryVersion(Bytes told) {
        libraryVersion = told;
    }

    ReadLevel reads() {
        return reads;
    }

    void reads(ReadLevel asked) {
        reads = asked;
    }

    /** The trace that the client's requests are part of, as in W3C Trace Context; null when it names none. */
    @Nullable
    String traceparent() {
        return traceparent;
    }

    void traceparent(@Nullable String named) {
        traceparent = named;
    }

    /** Null while it is not told of changed keys; {@link Tracking} sets it. */
    @Nullable
    ClientTracking tracking() {
        return tracking;
    }

    void tracking(@Nullable ClientTracking chosen) {
        tracking = chosen;
    }

    boolean noEvict() {
        return noEvict;
    }

    void noEvict(boolean asked) {
        noEvict = asked;
    }

    boolean noTouch() {
        return noTouch;
    }

    void noTouch(boolean asked) {
        noTouch = asked;
    }

    void replyMode(ReplyMode mode) {
        replyMode = mode;
        repliesToSkip = 0;
    }

    /** The next {@code count} replies are not sent. */
    void skipReplies(int count) {
        repliesToSkip = replyMode == ReplyMode.ON ? count : 0;
    }

    /** Whether the next reply is sent; to be asked once per reply. */
    boolean repliesNow() {
        if (repliesToSkip > 0) {
            repliesToSkip--;
            return false;
        }
        return replyMode == ReplyMode.ON;
    }

    String lastCommand() {
        return lastCommand;
    }

    void lastCommand(String command) {
        lastCommand = command;
    }

    @Nullable
    OpenTransaction transaction() {
        return transaction;
    }

    void transaction(OpenTransaction begun) {
        transaction = begun;
    }

    /** MULTI and WATCH are over. */
    void forgetTransaction() {
        transaction = null;
        watched = List.of();
    }

    List<Unit.Watched> watched() {
        return watched;
    }

    /** A key watched twice keeps the version it had first. */
    void watch(Unit.Watched key) {
        List<Unit.Watched> all = new ArrayList<>(watched);
        for (Unit.Watched each : all) {
            if (each.database() == key.database() && each.key().equals(key.key())) {
                return;
            }
        }
        all.add(key);
        watched = all;
    }

    void unwatch() {
        watched = List.of();
    }

    /** The channels or patterns it listens to, in the order it chose them; {@link PubSub} changes them. */
    Set<Bytes> listening(Listening kind) {
        if (listening == null) {
            listening = new EnumMap<>(Listening.class);
        }
        return listening.computeIfAbsent(kind, unused -> new LinkedHashSet<>());
    }

    int listenedTo(Listening kind) {
        return listening == null ? 0 : listening.getOrDefault(kind, Set.of()).size();
    }

    boolean listens() {
        return listening != null && listening.values().stream().anyMatch(names -> !names.isEmpty());
    }

    /** Memory of what MULTI queued. */
    long queuedBytes() {
        return transaction == null ? 0 : transaction.bytes();
    }
}
