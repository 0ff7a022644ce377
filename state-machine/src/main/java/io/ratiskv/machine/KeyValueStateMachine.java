package io.ratiskv.machine;

import io.ratiskv.acl.UserTable;
import io.ratiskv.acl.Users;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.collect.GroupPrefetch;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import io.ratiskv.command.Flag;
import io.ratiskv.command.Kind;
import io.ratiskv.keyspace.Accesses;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Eviction;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.Numeral;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state: entries of the log go in, replies and effects come out. Confined to whoever holds the state's
 * lock.
 *
 * <p>The same entries give the same state, replies and bytes on every replica, today and after a restore. It starts no
 * thread, opens no file, reads no clock and draws no luck of its own. An exception out of it is a broken invariant: the
 * caller must stop rather than go on with what may differ from the other replicas.
 */
public final class KeyValueStateMachine {
    /** The highest feature level this release knows. */
    public static final int FEATURE_LEVEL_MAX = 1;

    /** What {@link #version(int, Bytes, long)} answers when the log has to learn of an expiry first. */
    public static final long VERSION_PENDING = -1;

    /** Each entry deletes at most so many keys and fields that are due: a bound on how long it stops others. */
    private static final int SWEPT_MAX = 512;

    /** Each entry evicts at most so many keys by itself, and as many more as there are more behind it. */
    private static final int EVICTED_MAX = 1 << 12;

    private static final CommandTable COMMANDS = new CommandTable();

    /** Who there is before the log says otherwise. */
    public static final UserTable INITIAL_USERS = UserTable.initial(COMMANDS);

    private static final Command ONCE = COMMANDS.require("ONCE");
    private static final Command CLIENT_SESSION = COMMANDS.require("CLIENT", "SESSION");

    private static final Reply OUT_OF_MEMORY = Reply.error(
            "EXECABORT Transaction discarded because of: OOM command not" + " allowed when used memory > 'maxmemory'.");

    private final Databases databases = new Databases();
    private final Gateways gateways = new Gateways();
    private final Settings settings = new Settings();
    private final Scripts scripts = new Scripts();
    private final Users users = new Users(COMMANDS, INITIAL_USERS);
    private final ClientSessions sessions = new ClientSessions();
    private long appliedIndex;
    private long entries;
    /** How many keys there were when the running entry began. */
    private long keysBefore;

    private int featureLevel = 1;

    public KeyValueStateMachine() {}

    /** The machine a snapshot holds, its databases still to be filled. */
    KeyValueStateMachine(MachineState state) {
        appliedIndex = state.index();
        entries = state.entries();
        featureLevel = state.featureLevel();
        gateways.restore(state.gateways(), state.nodes());
        databases.restoreCounters(
                state.logTimeMillis(),
                state.versions(),
                state.expiredKeys(),
                state.expiredFields(),
                state.evictedKeys());
        state.configuration().forEach((name, value) -> {
            if (!settings.set(name, value, databases)) {
                throw new IllegalArgumentException("no value for " + name + ": " + value);
            }
        });
    }

    /**
     * Applies a committed entry.
     *
     * @param index above {@link #appliedIndex}
     * @param stampMillis the clock of the leader that appended it; log time is the highest of them
     * @return for {@link Audience#GATEWAY} one reply per unit
     * @throws RuntimeException only if an invariant is broken
     */
    public Outcome apply(long index, long stampMillis, Entry entry, Audience audience) {
        begin(index, stampMillis);
        Outcome outcome = switch (entry) {
            case Entry.Execute execute -> execute(execute, audience);
            case Entry.Fragment fragment -> assemble(fragment, audience);
            case Entry.OpenGateway opening -> {
                gateways.open(opening, index, databases.nowMillis());
                yield effect(new Effect.GatewayOpened(
                        opening.node(), opening.incarnation(), index, opening.respAddress(), opening.httpAddress()));
            }
            case Entry.Tick tick -> Outcome.NOTHING;
            case Entry.Configure setting ->
                settings.set(setting.name(), setting.value(), databases)
                        ? effect(new Effect.Configured(
                                setting.name(), setting.value().owned()))
                        : Outcome.IGNORED;
            case Entry.Digest digest -> effect(new Effect.DigestWanted(index));
            case Entry.Evict choice -> {
                databases.beginWrite();
                databases.eviction().evict(choice.victims());
                yield Outcome.NOTHING;
            }
            case Entry.RaiseFeatureLevel raise -> {
                raiseFeatureLevel(raise.level());
                yield Outcome.NOTHING;
            }
        };
        return end(outcome);
    }

    /** Applies one request of no gateway as the next entry, for tests and embedding. */
    public Reply apply(Request request, long timestampMillis) {
        begin(appliedIndex + 1, timestampMillis);
        Reply reply = run(request, /* inTransaction= */ false);
        end(Outcome.NOTHING);
        return reply;
    }

    /**
     * Evaluates a read at the applied state.
     *
     * @param nowMillis the leader's clock, or {@link Long#MIN_VALUE} for the log's time
     * @return null if the read met a key that is due after the log's time and not after {@code nowMillis}: a Tick
     *     stamped at least {@code nowMillis} has to be applied, then the read is asked again at the log's time
     */
    public @Nullable Reply query(Request request, long nowMillis) {
        databases.answering(true);
        databases.beginRead(nowMillis);
        Reply reply;
        try {
            Command command = resolve(request);
            if (command.kind() != Kind.READ) {
                throw new IllegalArgumentException(command.name() + " is not a read");
            }
            users.require(command, request, /* inTransaction= */ false);
            reply = COMMANDS.run(command, request, databases, scripts, users);
        } catch (CommandException error) {
            reply = error.reply();
        }
        return databases.metDueKey() ? null : reply;
    }

    /**
     * The version of a key at the applied state, as WATCH needs it.
     *
     * @param nowMillis as in {@link #query}
     * @return 0 if there is no such key, {@link #VERSION_PENDING} where {@link #query} answers null
     */
    public long version(int database, Bytes key, long nowMillis) {
        databases.beginRead(nowMillis);
        long version = databases.keyspace(database).version(key);
        return databases.metDueKey() ? VERSION_PENDING : version;
    }

    public long appliedIndex() {
        return appliedIndex;
    }

    /** The highest stamp of all entries applied. */
    public long logTimeMillis() {
        return databases.nowMillis();
    }

    /** An entry with nothing for the state took this index, not below {@link #appliedIndex}. */
    public void skipTo(long index) {
        if (index < appliedIndex) {
            throw new IllegalStateException("skips from " + appliedIndex + " back to " + index);
        }
        appliedIndex = index;
    }

    /**
     * Whether a key or a field is due at {@code nowMillis}, by the log's time already or by a Tick's to come, or there is
     * something to evict that needs no leader's choice.
     */
    public boolean tickNeeded(long nowMillis) {
        return databases.soonestDeadline() <= nowMillis || databases.eviction().hasWork();
    }

    /** What keeps the keys below their limit. */
    public Eviction eviction() {
        return databases.eviction();
    }

    /** From now on this one hears which keys are asked for; never changes the state. */
    public void record(Accesses accesses) {
        databases.record(accesses);
    }

    /** The node's open epoch, 0 if it has none: it never opened, or was silent for too long. */
    public long epochOf(String node) {
        return gateways.epochOf(node);
    }

    /** All nodes that ever opened a gateway, sorted by name. */
    public List<NodeAddress> nodes() {
        return gateways.addresses();
    }

    /** The state as of now, for another thread to read while applies go on; O(1). */
    public Frozen freeze() {
        MachineState state = new MachineState(
                appliedIndex,
                logTimeMillis(),
                featureLevel,
                entries,
                databases.versions(),
                databases.expiredKeys(),
                databases.expiredFields(),
                databases.eviction().evictedKeys(),
                settings.all(),
                gateways.addresses(),
                gateways.state(),
                scripts.state(),
                users.table(),
                sessions.freeze());
        return new Frozen(state, databases.freeze(), databases.memoryBytes());
    }

    public Statistics statistics() {
        List<Statistics.DatabaseStatistics> each = new ArrayList<>(Databases.COUNT);
        for (int i = 0; i < Databases.COUNT; i++) {
            Keyspace keyspace = databases.keyspace(i);
            each.add(new Statistics.DatabaseStatistics(
                    keyspace.size(), keyspace.expiring(), keyspace.averageTtlMillis(), keyspace.expiringHashes()));
        }
        return new Statistics(
                each,
                databases.memoryBytes(),
                databases.expiredKeys(),
                databases.expiredFields(),
                databases.eviction().evictedKeys(),
                entries,
                databases.versions(),
                scripts.scripts(),
                scripts.libraries().size(),
                scripts.functions(),
                sessions.size());
    }

    /** How many keys of database 0 a slot has, those that are due and not yet deleted included. */
    public long countKeysInSlot(int slot) {
        return databases.keyspace(0).countInSlot(slot);
    }

    /** The first keys of a slot of database 0, {@code most} at most, at the log's time. */
    public List<Bytes> keysInSlot(int slot, int most) {
        return databases.keyspace(0).keysInSlot(slot, most);
    }

    /** What reads found that were answered here, since this machine was made; no part of the state. */
    public Lookups lookups() {
        return new Lookups(databases.hits(), databases.misses());
    }

    /** The users as of now. */
    public UserTable users() {
        return users.table();
    }

    public CommandTable commands() {
        return COMMANDS;
    }

    public int featureLevel() {
        return featureLevel;
    }

    /** The value of a replicated setting; null if it was never set. */
    public @Nullable Bytes configuration(String name) {
        return settings.get(name);
    }

    /** All replicated settings that were set, sorted by name. */
    public Map<String, Bytes> configuration() {
        return settings.all();
    }

    /** Whether keys are still hashed without a secret: the leader then proposes one before anything else. */
    public boolean needsHashKey() {
        return settings.get(Settings.HASH_KEY) == null;
    }

    /** What the reads since the last call caused; those that {@link #apply} ran are in its outcome. */
    public List<Effect> takeEffects() {
        return databases.takeEffects();
    }

    /** From now on effects of these kinds are reported, of the others none; never changes the state. */
    public void listen(Set<EffectInterest> interests) {
        databases.listen(interests);
    }

    /** Whether the keys that the reads from now on ask for count as wanted. */
    public void touching(boolean wanted) {
        databases.touching(wanted);
    }

    /** How many keys there are in all databases, those included that are due and not yet deleted. */
    public long storedKeys() {
        return databases.storedKeys();
    }

    Users usersToRestore() {
        return users;
    }

    Databases databases() {
        return databases;
    }

    ClientSessions sessions() {
        return sessions;
    }

    Scripts scripts() {
        return scripts;
    }

    private void begin(long index, long stampMillis) {
        if (index <= appliedIndex) {
            throw new IllegalStateException("entry " + index + " comes after " + appliedIndex);
        }
        appliedIndex = index;
        entries++;
        keysBefore = databases.storedKeys();
        databases.beginEntry(index, stampMillis);
    }

    private Outcome end(Outcome outcome) {
        databases.sweep(SWEPT_MAX);
        long created = Math.max(0, databases.storedKeys() - keysBefore);
        databases.eviction().makeRoom(EVICTED_MAX + created);
        // After the entry itself was taken for a sign of life.
        gateways.closeSilent(databases.nowMillis());
        sessions.forgetIdle(databases.nowMillis());
        List<Effect> changes = joined(users.takeEffects(), databases.takeEffects());
        if (changes.isEmpty()) {
            return outcome;
        }
        return new Outcome(outcome.replies(), joined(outcome.effects(), changes), outcome.taken());
    }

    private static List<Effect> joined(List<Effect> first, List<Effect> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        List<Effect> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static Outcome effect(Effect effect) {
        return new Outcome(List.of(), List.of(effect), true);
    }

    private void raiseFeatureLevel(int level) {
        if (level > FEATURE_LEVEL_MAX) {
            throw new IllegalStateException(
                    "the log rises to feature level " + level + ", this release knows " + FEATURE_LEVEL_MAX);
        }
        featureLevel = Math.max(featureLevel, level);
    }

    private Outcome execute(Entry.Execute batch, Audience audience) {
        if (!gateways.admit(batch.epoch(), batch.id(), batch.floor(), databases.nowMillis())) {
            return Outcome.IGNORED;
        }
        return run(batch.units(), audience);
    }

    private Outcome assemble(Entry.Fragment piece, Audience audience) {
        return switch (gateways.add(piece, databases.nowMillis())) {
            case IGNORED -> Outcome.IGNORED;
            case KEPT -> Outcome.NOTHING;
            case LAST -> {
                Bytes content = gateways.take(piece.epoch(), piece.id());
                gateways.admit(piece.epoch(), piece.id(), piece.floor(), databases.nowMillis());
                yield run(EntryCodec.decodeUnits(content), audience);
            }
        };
    }

    private Outcome run(List<Unit> units, Audience audience) {
        databases.answering(audience == Audience.GATEWAY);
        databases.touching(true);
        if (audience == Audience.REPLICA) {
            for (int i = 0; i < units.size(); i++) {
                lookAhead(units, i);
                run(units.get(i));
            }
            databases.forgetExpected();
            return Outcome.NOTHING;
        }
        List<Reply> replies = new ArrayList<>(units.size());
        for (int i = 0; i < units.size(); i++) {
            lookAhead(units, i);
            databases.beginUnit(i);
            replies.add(run(units.get(i)));
        }
        databases.forgetExpected();
        databases.beginUnit(Effect.NOBODY);
        return new Outcome(replies, List.of(), true);
    }

    /**
     * Called before each of several units: has the memory fetched that it and the next ones will touch, all at once, before
     * they come one after the other. Changes nothing; {@link #forgetExpected} follows the last.
     */
    public void lookAhead(List<Unit> units, int unit) {
        if (unit % GroupPrefetch.SIZE != 0 || units.size() == 1) {
            return;
        }
        databases.forgetExpected();
        for (int i = unit; i < Math.min(units.size(), unit + GroupPrefetch.SIZE); i++) {
            if (units.get(i) instanceof Unit.Single single) {
                databases.expect(single.request());
            }
        }
        databases.fetchExpected();
    }

    /** Lets go of the units that were looked at ahead. */
    public void forgetExpected() {
        databases.forgetExpected();
    }

    private Reply run(Unit unit) {
        return switch (unit) {
            case Unit.Single single -> run(single.request(), /* inTransaction= */ false);
            case Unit.Transaction transaction -> run(transaction);
        };
    }

    private Reply run(Unit.Transaction transaction) {
        if (takesRoomThatIsNotThere(transaction.requests())) {
            return OUT_OF_MEMORY;
        }
        try {
            if (hasChanged(transaction.watched())) {
                return Reply.NULL_ARRAY;
            }
        } catch (CommandException error) {
            return error.reply();
        }
        databases.admitGrowth(true);
        List<Reply> replies = new ArrayList<>(transaction.requests().size());
        for (Request request : transaction.requests()) {
            // An error of one does not stop the others: Redis has no rollback either.
            Reply reply = run(request, /* inTransaction= */ true);
            replies.add(reply instanceof Reply.Blocked blocked ? blocked.refused() : reply);
        }
        databases.admitGrowth(false);
        return Reply.array(replies);
    }

    /** Let in or refused as a whole: half a transaction for lack of room would be none. */
    private boolean takesRoomThatIsNotThere(List<Request> requests) {
        if (!databases.eviction().isStuck()) {
            return false;
        }
        for (Request request : requests) {
            Command command = COMMANDS.find(request);
            if (command != null && command.has(Flag.DENYOOM)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasChanged(List<Unit.Watched> keys) {
        databases.beginRead(Long.MIN_VALUE);
        for (Unit.Watched watched : keys) {
            requireDatabase(watched.database());
            if (databases.keyspace(watched.database()).version(watched.key()) != watched.version()) {
                return true;
            }
        }
        return false;
    }

    private Reply run(Request request, boolean inTransaction) {
        try {
            Command command = resolve(request);
            users.require(command, request, inTransaction);
            return command == ONCE ? once(request, inTransaction) : run(command, request);
        } catch (CommandException error) {
            return error.reply();
        }
    }

    private Reply run(Command command, Request request) {
        if (command.kind() == Kind.READ) {
            databases.beginRead(Long.MIN_VALUE);
        } else {
            databases.beginWrite();
        }
        if (command == CLIENT_SESSION) {
            Bytes name = ClientSessions.nameOf(request.user(), request.words()[2]);
            return Reply.of(sessions.open(name, databases.nowMillis()));
        }
        return COMMANDS.run(command, request, databases, scripts, users);
    }

    private Reply replyOf(Command command, Request request) {
        try {
            Reply reply = run(command, request);
            return reply instanceof Reply.Blocked blocked ? blocked.refused() : reply;
        } catch (CommandException error) {
            if (error.reply().code().equals("OOM")) {
                throw error;
            }
            return error.reply();
        }
    }

    /** What was not run, for want of a right or of room, is not kept: asked again, it may be. */
    private Reply once(Request request, boolean inTransaction) {
        if (request.session().isEmpty()) {
            throw new CommandException("ERR ONCE is for a session; CLIENT SESSION opens one");
        }
        Bytes[] words = request.words();
        long number = Numeral.parseLong(words[1]).orElse(-1);
        if (number < 0) {
            throw new CommandException("ERR the number of a request is an integer from 0 on");
        }
        Bytes name = ClientSessions.nameOf(request.user(), request.session());
        Request only = request.with(Arrays.copyOfRange(words, 2, words.length));
        long fingerprint = DigestFold.fingerprint(only.database(), only.words());
        Bytes before = sessions.answer(name, number, fingerprint, databases.nowMillis());
        if (before != null) {
            return ReplyCodec.decode(before);
        }
        Command command = resolve(only);
        if (command == ONCE || command == CLIENT_SESSION) {
            throw new CommandException("ERR ONCE takes no session of its own");
        }
        if (command.kind() == Kind.LOCAL) {
            throw new CommandException(
                    "ERR ONCE is for what the state answers, " + command.typedName() + " belongs to the connection");
        }
        users.require(command, only, inTransaction);
        Reply kept = replyOf(command, only);
        Reply later = ReplyCodec.isLonger(kept, ClientSessions.ANSWER_BYTES_MAX)
                ? Reply.error("NOREPLY number " + number + " was done, and its reply was too long to be kept")
                : kept;
        sessions.keep(
                name, new ClientSession.Answer(number, fingerprint, ReplyCodec.encode(later)), databases.nowMillis());
        return kept;
    }

    private static Command resolve(Request request) {
        requireDatabase(request.database());
        return COMMANDS.resolve(request);
    }

    private static void requireDatabase(int database) {
        if (database < 0 || database >= Databases.COUNT) {
            throw new CommandException("ERR DB index is out of range");
        }
    }
}
