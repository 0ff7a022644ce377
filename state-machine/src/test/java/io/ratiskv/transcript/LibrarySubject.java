package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandCatalog;
import io.ratiskv.command.Kind;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The core without a server: it knows no connection but SELECT and HELLO. Confined to one thread. */
public final class LibrarySubject implements Subject {
    private final boolean restoresBetweenLines;
    private KeyValueStateMachine machine = new KeyValueStateMachine();
    private int database;
    private int protocol;

    /** With {@code restoresBetweenLines} the state goes through a snapshot before each request. */
    public LibrarySubject(boolean restoresBetweenLines) {
        this.restoresBetweenLines = restoresBetweenLines;
    }

    @Override
    public String kind() {
        return "library";
    }

    @Override
    public boolean keepsClock() {
        return true;
    }

    @Override
    public void begin() {
        machine = new KeyValueStateMachine();
        database = 0;
        protocol = 2;
    }

    @Override
    public Reply call(long atMillis, Bytes[] words) throws IOException {
        if (restoresBetweenLines) {
            machine = restored(machine);
        }
        Request request = new Request(database, protocol, Request.DEFAULT_USER, words);
        Reply reply = answer(request, atMillis);
        return protocol == 2 ? ReplyText.inResp2(reply) : reply;
    }

    /** Puts the state through a snapshot. */
    public void restore() throws IOException {
        machine = restored(machine);
    }

    /** The one that is selected. */
    public int database() {
        return database;
    }

    /** Changes a replicated setting. */
    public void configure(String setting, long value) {
        Entry entry = new Entry.Configure(setting, Bytes.of(value));
        machine.apply(machine.appliedIndex() + 1, Long.MIN_VALUE, entry, Audience.GATEWAY);
    }

    /** Whether a key expires by {@code millis}. */
    public boolean hasDeadlineBefore(long millis) {
        return machine.tickNeeded(millis);
    }

    /** What a request of these words invokes; null if there is nothing of that name. */
    public @Nullable Command command(Bytes[] words) {
        return machine.commands().find(new Request(database, protocol, Request.DEFAULT_USER, words));
    }

    private Reply answer(Request request, long atMillis) {
        Command command;
        try {
            command = machine.commands().resolve(request);
        } catch (CommandException e) {
            return e.reply();
        }
        if (command.kind() == Kind.LOCAL) {
            return answerLocally(command, request);
        }
        return command.kind() == Kind.READ ? read(request, atMillis) : machine.apply(request, atMillis);
    }

    /** As a node does it: a key that is due makes the log's time go on first. */
    private Reply read(Request request, long nowMillis) {
        @Nullable Reply reply = machine.query(request, nowMillis);
        if (reply != null) {
            return reply;
        }
        machine.apply(machine.appliedIndex() + 1, nowMillis, new Entry.Tick(), Audience.GATEWAY);
        @Nullable Reply afterTick = machine.query(request, Long.MIN_VALUE);
        if (afterTick == null) {
            throw new IllegalStateException("a read at the log's time waits for time: " + request);
        }
        return afterTick;
    }

    private Reply answerLocally(Command command, Request request) {
        @Nullable Reply fromCatalog = new CommandCatalog(machine.commands()).answer(request);
        if (fromCatalog != null) {
            return fromCatalog;
        }
        Bytes[] words = request.words();
        if (command.name().equals("select")) {
            database = Integer.parseInt(words[1].utf8());
            return Reply.OK;
        }
        if (command.name().equals("hello")) {
            protocol = Integer.parseInt(words[1].utf8());
            return Reply.OK;
        }
        throw new IllegalArgumentException("the library alone does not answer " + command);
    }

    private static KeyValueStateMachine restored(KeyValueStateMachine machine) throws IOException {
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        SnapshotWriter.write(machine.freeze(), snapshot);
        return SnapshotReader.read(new ByteArrayInputStream(snapshot.toByteArray()));
    }

    @Override
    public void close() {}
}
