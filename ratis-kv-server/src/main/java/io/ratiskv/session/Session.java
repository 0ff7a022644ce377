package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.command.Flag;
import io.ratiskv.replication.Run;
import io.ratiskv.resp.Conversation;
import io.ratiskv.resp.Outlet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One connection: what it has chosen, and the order of its replies. Confined to the event loop.
 *
 * <p>At most one {@link Run} of a connection is under way. What arrives meanwhile waits undispatched; when the run is
 * answered, and at the end of the turn that read it, everything up to the next barrier becomes the next run. So a
 * request is dispatched when all before it is either answered or in the same run, and order needs no other rule:
 *
 * <pre>
 *   waiting ──dispatch──▶ places: a reply known at once, or the next unit of {@code filling} ──submit──▶ under way
 * </pre>
 *
 * A barrier is dispatched only when {@code places} is empty and nothing is under way.
 */
public final class Session implements Conversation, Run.Owner {
    /** A run's writes fit one entry of the log with room for those of others; a larger request goes alone. */
    static final int RUN_WRITE_BYTES_MAX = 900 * 1024;

    static final int RUN_UNITS_MAX = 1024;

    /** Of requests whose reply may be long so many go together, since all their replies are held at once. */
    static final int RUN_SLOW_READS_MAX = 16;

    /** Above these no more is read from the client until half is answered. */
    static final int WAITING_REQUESTS_MAX = 4096;

    static final long WAITING_BYTES_MAX = 1 << 20;

    private static final int WORD_OVERHEAD_BYTES = 32;

    private static final Reply NO_AUTH = Reply.error("NOAUTH Authentication required.");

    private final Sessions sessions;
    private final Outlet outlet;
    private final ClientState state;

    private final Deque<Bytes[]> waiting = new ArrayDeque<>(0);
    private long waitingBytes;
    private boolean readingStopped;

    /** The run that takes units in this turn; null until there is one. */
    private @Nullable Run filling;

    /** Where the answer to each dispatched request comes from: a reply, or null for the next unit of the run. */
    private final List<@Nullable Reply> places = new ArrayList<>(0);

    /** What each unit invokes; null for what the session asked for itself. */
    private final List<@Nullable Binding> units = new ArrayList<>(0);

    private int slowReads;
    private long runBytes;

    /** Turns the reply of the run's last unit into the client's; null: it is the client's. */
    private @Nullable UnaryOperator<Reply> lastReply;

    /** What the state answered to an EXEC whose local requests are still to be run. */
    private @Nullable OpenTransaction splicing;

    /** True while a run or a barrier is not answered. */
    private boolean underway;

    private boolean proceeding;
    private boolean inputEnded;
    private boolean quitting;
    private boolean finishing;
    private boolean closed;
    private @Nullable String malformed;
    private long submittedAtNanos;

    Session(Sessions sessions, Outlet outlet, ClientState state) {
        this.sessions = sessions;
        this.outlet = outlet;
        this.state = state;
    }

    // What arrives

    @Override
    public void request(Bytes[] words) {
        if (finishing || quitting || closed) {
            return;
        }
        if (!underway && waiting.isEmpty() && dispatch(words)) {
            return;
        }
        waiting.add(words);
        waitingBytes += bytes(words);
        if (!readingStopped && (waitingBytes > WAITING_BYTES_MAX || waiting.size() > WAITING_REQUESTS_MAX)) {
            readingStopped = true;
            outlet.reading(false);
        }
    }

    @Override
    public void malformed(String error) {
        malformed = error;
        proceed();
    }

    @Override
    public void turnEnded() {
        state.interacted(sessions.nowMillis());
        proceed();
    }

    @Override
    public void drained() {
        proceed();
        outlet.flush();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        proceed();
    }

    @Override
    public void finish() {
        inputEnded = true;
        readingStopped = true;
        outlet.reading(false);
        proceed();
    }

    @Override
    public void closed() {
        closed = true;
        waiting.clear();
        waitingBytes = 0;
        sessions.left(this);
    }

    @Override
    public boolean gone() {
        return closed;
    }

    @Override
    public boolean waits() {
        return underway;
    }

    @Override
    public boolean authenticated() {
        return state.authenticated();
    }

    @Override
    public long heldBytes() {
        return waitingBytes + runBytes + state.queuedBytes();
    }

    // The order of things

    /** Dispatches what can be dispatched, submits the run, and goes on while answers come at once. */
    void proceed() {
        if (proceeding || closed) {
            return;
        }
        proceeding = true;
        try {
            boolean submitted;
            do {
                dispatchWaiting();
                submitted = !underway && submit();
            } while (submitted && !underway);
            endIfDone();
        } finally {
            proceeding = false;
        }
    }

    private void dispatchWaiting() {
        while (!underway && !finishing && !quitting && !waiting.isEmpty()) {
            Bytes[] words = waiting.element();
            if (!dispatch(words)) {
                break;
            }
            waiting.remove();
            waitingBytes -= bytes(words);
        }
        if (readingStopped
                && !inputEnded
                && waitingBytes <= WAITING_BYTES_MAX / 2
                && waiting.size() <= WAITING_REQUESTS_MAX / 2) {
            readingStopped = false;
            outlet.reading(true);
        }
    }

    private void endIfDone() {
        if (underway || filling != null || finishing) {
            return;
        }
        if (quitting) {
            end();
        } else if (!waiting.isEmpty()) {
            return;
        } else if (malformed != null) {
            state.replyMode(ClientState.ReplyMode.ON);
            emit(Reply.error(malformed));
            end();
        } else if (inputEnded) {
            end();
        }
    }

    /** Closes behind the reply to the request that is being answered; what follows it is dropped. */
    void quit() {
        quitting = true;
    }

    private void end() {
        finishing = true;
        waiting.clear();
        waitingBytes = 0;
        outlet.closeAfterFlush();
    }

    /**
     * Begins a request.
     *
     * @return false if it must wait for what was dispatched before it
     */
    private boolean dispatch(Bytes[] words) {
        if (filling == null && outlet.congested()) {
            return false;
        }
        Request request = new Request(state.database(), state.protocol(), state.user(), words);
        Binding binding;
        try {
            binding = sessions.bindings().resolve(request);
        } catch (CommandException refused) {
            refuse(null, refused.reply());
            return true;
        }
        state.lastCommand(binding.command().name());
        if (!state.authenticated() && !binding.withoutAuthentication()) {
            refuse(binding, NO_AUTH);
            return true;
        }
        if (binding.role() != null) {
            return transactional(binding, binding.role(), request);
        }
        if (state.transaction() != null) {
            queue(binding, request, state.transaction());
            return true;
        }
        if (sessions.pause().holds(binding)) {
            return false;
        }
        return binding.local() ? local(binding, words) : unit(binding, request);
    }

    /** A refusal inside MULTI makes EXEC fail. */
    private void refuse(@Nullable Binding binding, Reply error) {
        OpenTransaction transaction = state.transaction();
        if (transaction != null) {
            transaction.refuse();
        }
        if (binding != null) {
            binding.rejected++;
        }
        answer(error);
    }

    private boolean unit(Binding binding, Request request) {
        Run run = filling;
        if (run == null) {
            run = begin();
        } else if (isFull(run) || (!binding.fast() && slowReads >= RUN_SLOW_READS_MAX)) {
            return false;
        } else if (binding.write() && run.writeBytes() + bytes(request.words()) > RUN_WRITE_BYTES_MAX) {
            return false;
        }
        if (!binding.fast()) {
            slowReads++;
        }
        add(run, new Unit.Single(request), binding.write(), binding, bytes(request.words()));
        return true;
    }

    private static boolean isFull(Run run) {
        return run.size() >= RUN_UNITS_MAX || run.writeBytes() > RUN_WRITE_BYTES_MAX;
    }

    private Run begin() {
        Run run = new Run(this, state.readOnly() ? Run.Reads.STALE : Run.Reads.LINEARIZABLE);
        filling = run;
        return run;
    }

    private void add(Run run, Unit unit, boolean write, @Nullable Binding binding, long bytes) {
        run.add(unit, write);
        units.add(binding);
        places.add(null);
        runBytes += bytes;
    }

    private boolean submit() {
        Run run = filling;
        if (run == null) {
            return false;
        }
        filling = null;
        underway = true;
        submittedAtNanos = sessions.nanoTime();
        sessions.intake().submit(run);
        return true;
    }

    @Override
    public void answered(Run run) {
        long micros = (sessions.nanoTime() - submittedAtNanos) / 1000;
        boolean slow = sessions.slowLog().records(micros);
        int unit = 0;
        for (int i = 0; i < places.size(); i++) {
            Reply known = places.get(i);
            if (known == null) {
                Reply reply = run.reply(unit);
                Binding binding = units.get(unit);
                if (binding != null) {
                    sessions.account(binding, run.unit(unit), reply, micros);
                    if (slow && unit < SlowLog.UNITS_OF_A_RUN_MAX) {
                        sessions.slowLog().add(this, run.unit(unit), micros);
                    }
                }
                unit++;
                known = unit == run.size() && lastReply != null ? lastReply.apply(reply) : reply;
            }
            if (splicing == null || i < places.size() - 1) {
                emit(known);
            }
        }
        places.clear();
        units.clear();
        slowReads = 0;
        runBytes = 0;
        lastReply = null;
        if (splicing == null) {
            runEnded();
        } else {
            splice(run.reply(run.size() - 1));
        }
    }

    private void runEnded() {
        underway = false;
        // Inside the call that submitted it, the caller goes on.
        if (!proceeding) {
            proceed();
            outlet.flush();
        }
    }

    /** The reply to a request that needs no run. */
    private void answer(Reply reply) {
        if (filling == null) {
            emit(reply);
        } else {
            places.add(reply);
        }
    }

    private void emit(Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            sessions.errors().count(failure);
        }
        if (state.repliesNow()) {
            outlet.write(reply, state.protocol());
        }
    }

    // Local commands

    private boolean local(Binding binding, Bytes[] words) {
        LocalCommand body = binding.body();
        if (body == null) {
            refuse(
                    binding,
                    Reply.error("ERR unknown command '" + binding.command().typedName() + "'"));
            return true;
        }
        switch (body) {
            case LocalCommand.Immediate immediate -> {
                Reply reply = reply(() -> immediate.answer(this, words));
                sessions.account(binding, reply, 0);
                answer(reply);
            }
            case LocalCommand.Barrier barrier -> {
                if (filling != null) {
                    return false;
                }
                Reply reply = reply(() -> barrier.answer(this, words));
                sessions.account(binding, reply, 0);
                emit(reply);
            }
            case LocalCommand.Deferred deferred -> {
                if (filling != null) {
                    return false;
                }
                long from = sessions.nanoTime();
                underway = true;
                run(deferred, words, reply -> {
                    sessions.account(binding, reply, (sessions.nanoTime() - from) / 1000);
                    emit(reply);
                    runEnded();
                });
            }
        }
        return true;
    }

    private void run(LocalCommand.Deferred body, Bytes[] words, java.util.function.Consumer<Reply> then) {
        try {
            body.answer(this, words, then);
        } catch (CommandException refused) {
            then.accept(refused.reply());
        }
    }

    private static Reply reply(java.util.function.Supplier<Reply> body) {
        try {
            return body.get();
        } catch (CommandException refused) {
            return refused.reply();
        }
    }

    // MULTI

    private boolean transactional(Binding binding, Binding.TransactionRole role, Request request) {
        return switch (role) {
            case MULTI -> multi(binding);
            case DISCARD -> discard(binding);
            case EXEC -> exec(binding, state.transaction());
            case WATCH -> watch(binding, request);
            case UNQUEUED -> local(binding, request.words());
        };
    }

    private boolean multi(Binding binding) {
        binding.calls++;
        if (state.transaction() != null) {
            answer(Reply.error("ERR MULTI calls can not be nested"));
        } else {
            state.transaction(new OpenTransaction());
            answer(Reply.OK);
        }
        return true;
    }

    private boolean discard(Binding binding) {
        binding.calls++;
        if (state.transaction() == null) {
            answer(Reply.error("ERR DISCARD without MULTI"));
        } else {
            state.forgetTransaction();
            answer(Reply.OK);
        }
        return true;
    }

    private void queue(Binding binding, Request request, OpenTransaction transaction) {
        if (binding.command().has(Flag.NO_MULTI)) {
            refuse(binding, Reply.error("ERR Command not allowed inside a transaction"));
            return;
        }
        int bytes = bytes(request.words());
        if (transaction.bytes() + bytes > sessions.settings().transactionBytesMax()) {
            refuse(
                    binding,
                    Reply.error("ERR the transaction is larger than "
                            + sessions.settings().transactionBytesMax() + " bytes"));
            return;
        }
        transaction.add(binding, request, bytes);
        answer(Reply.QUEUED);
    }

    private boolean exec(Binding binding, @Nullable OpenTransaction open) {
        if (open == null) {
            answer(Reply.error("ERR EXEC without MULTI"));
            return true;
        }
        if (open.refused()) {
            state.forgetTransaction();
            answer(Reply.error("EXECABORT Transaction discarded because of previous errors."));
            return true;
        }
        if (sessions.pause().holds(open.writes())) {
            return false;
        }
        Run run = filling;
        if (run != null
                && (isFull(run)
                        || run.writeBytes() + open.bytes() > RUN_WRITE_BYTES_MAX
                        || slowReads >= RUN_SLOW_READS_MAX)) {
            return false;
        }
        boolean local = open.hasLocal();
        // Nothing is asked of the state: without a watched key there is nothing to compare either.
        if (state.watched().isEmpty() && open.locals().size() == open.size()) {
            if (open.size() > 0 && (run != null)) {
                return false;
            }
            state.forgetTransaction();
            binding.calls++;
            if (open.size() == 0) {
                answer(Reply.EMPTY_ARRAY);
            } else {
                underway = true;
                splicing = open;
                splice(Reply.EMPTY_ARRAY);
            }
            return true;
        }
        Unit.Transaction unit = open.unit(state.database(), state.watched());
        state.forgetTransaction();
        add(run == null ? begin() : run, unit, open.writes(), binding, open.bytes());
        slowReads++;
        if (local) {
            splicing = open;
            submit();
        }
        return true;
    }

    /** Runs the local requests of a transaction whose other replies are there. */
    private void splice(Reply fromState) {
        OpenTransaction transaction = splicing;
        if (transaction == null || !(fromState instanceof Reply.Array array)) {
            splicing = null;
            emit(fromState);
            runEnded();
            return;
        }
        spliceNext(transaction, array.elements(), new ArrayList<>(), 0);
    }

    private void spliceNext(OpenTransaction transaction, List<Reply> fromState, List<Reply> fromSession, int next) {
        List<OpenTransaction.Queued> locals = transaction.locals();
        int i = next;
        while (i < locals.size()) {
            OpenTransaction.Queued queued = locals.get(i++);
            Bytes[] words = queued.request().words();
            LocalCommand body = queued.binding().body();
            if (body instanceof LocalCommand.Deferred deferred) {
                int following = i;
                run(deferred, words, reply -> {
                    fromSession.add(reply);
                    sessions.account(queued.binding(), reply, 0);
                    spliceNext(transaction, fromState, fromSession, following);
                });
                return;
            }
            Reply reply = reply(() -> switch (body) {
                case null ->
                    Reply.error(
                            "ERR unknown command '" + queued.binding().command().typedName() + "'");
                case LocalCommand.Immediate immediate -> immediate.answer(this, words);
                case LocalCommand.Barrier barrier -> barrier.answer(this, words);
                case LocalCommand.Deferred deferred -> throw new IllegalStateException("deferred");
            });
            fromSession.add(reply);
            sessions.account(queued.binding(), reply, 0);
        }
        splicing = null;
        emit(transaction.spliced(fromState, fromSession));
        runEnded();
    }

    /** A barrier: the versions are read once everything before it took effect. */
    private boolean watch(Binding binding, Request request) {
        if (state.transaction() != null) {
            answer(Reply.error("ERR WATCH inside MULTI is not allowed"));
            return true;
        }
        if (filling != null) {
            return false;
        }
        Bytes[] words = request.words().clone();
        words[0] = Sessions.VERSIONS;
        Run run = new Run(this, Run.Reads.LINEARIZABLE);
        filling = run;
        Request versions = new Request(state.database(), state.protocol(), state.user(), words);
        add(run, new Unit.Single(versions), false, binding, bytes(words));
        lastReply = reply -> {
            if (!(reply instanceof Reply.Array array)) {
                return reply;
            }
            for (int i = 0; i < array.elements().size(); i++) {
                if (array.elements().get(i) instanceof Reply.Int version) {
                    state.watch(new Unit.Watched(versions.database(), words[i + 1].owned(), version.value()));
                }
            }
            return Reply.OK;
        };
        submit();
        return true;
    }

    // What local commands ask for

    ClientState state() {
        return state;
    }

    Outlet outlet() {
        return outlet;
    }

    Sessions sessions() {
        return sessions;
    }

    int waitingRequests() {
        return waiting.size();
    }

    private static int bytes(Bytes[] words) {
        int bytes = 0;
        for (Bytes word : words) {
            bytes += word.length() + WORD_OVERHEAD_BYTES;
        }
        return bytes;
    }
}
