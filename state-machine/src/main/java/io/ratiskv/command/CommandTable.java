package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.script.Scripts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All commands there are. Immutable; any thread.
 *
 * <p>Each family writes one paragraph per command; arity, key positions, COMMAND's answers, access categories and the
 * reference derive from it.
 */
public final class CommandTable {
    private final List<Command> commands;
    private final NameIndex byName;

    /** The table of this release. */
    public CommandTable() {
        Declarations table = new Declarations();
        StringCommands.declare(table);
        ComparisonCommands.declare(table);
        CounterCommands.declare(table);
        BitmapCommands.declare(table);
        HyperLogLogCommands.declare(table);
        KeyCommands.declare(table);
        DumpCommands.declare(table);
        ExpiryCommands.declare(table);
        HashCommands.declare(table);
        HashExpiryCommands.declare(table);
        ListCommands.declare(table);
        BlockingListCommands.declare(table);
        SetCommands.declare(table);
        SortCommands.declare(table);
        SortedSetCommands.declare(table);
        BlockingSortedSetCommands.declare(table);
        GeoCommands.declare(table);
        StreamCommands.declare(table);
        StreamReadCommands.declare(table);
        StreamGroupCommands.declare(table);
        StreamPendingCommands.declare(table);
        StreamInfoCommands.declare(table);
        DatabaseCommands.declare(table);
        ConnectionCommands.declare(table);
        PubSubCommands.declare(table);
        ServerCommands.declare(table);
        ClusterCommands.declare(table);
        DiagnosticCommands.declare(table);
        ScriptCommands.declare(table);
        FunctionCommands.declare(table);
        AclCommands.declare(table);
        this.commands = table.build();
        this.byName = new NameIndex(commands);
    }

    /** Top-level commands, sorted by name. */
    public List<Command> commands() {
        return commands;
    }

    /** The command or container of this name; null if there is none. */
    public @Nullable Command find(Bytes name) {
        return byName.find(name);
    }

    /** The command or subcommand of this name, which there is. */
    public Command require(String... name) {
        Command command = find(Request.of(name));
        if (command == null) {
            throw new IllegalStateException("no command " + List.of(name));
        }
        return command;
    }

    /** What the request invokes, a container's subcommand included; null if there is none of that name. */
    public @Nullable Command find(Request request) {
        return find(request.words(), 0);
    }

    /** What {@code words} from {@code from} invoke; null if there is nothing of that name. */
    @Nullable
    Command find(Bytes[] words, int from) {
        Command command = byName.find(words[from]);
        if (command == null || !command.isContainer() || words.length == from + 1) {
            return command;
        }
        return command.subcommand(words[from + 1]);
    }

    /**
     * What the request invokes, its number of words checked.
     *
     * @throws CommandException for an unknown name or a wrong number of words, in Redis' words
     */
    public Command resolve(Request request) {
        Command command = find(request);
        if (command == null) {
            Command container = byName.find(request.name());
            throw container == null ? Errors.unknownCommand(request) : Errors.unknownSubcommand(container, request);
        }
        if (!command.takes(request.words().length)) {
            throw Errors.wrongNumberOfArguments(command);
        }
        return command;
    }

    /**
     * Runs a request of a command that {@link #resolve} found for it, and that is not {@link Kind#LOCAL}.
     *
     * @throws CommandException the client's error, to be the reply; nothing changed then
     */
    public Reply run(Command command, Request request, Databases databases, Scripts scripts, Access access) {
        return run(command, new Call(this, command, request, databases, scripts, access, /* scripted= */ false));
    }

    /** As {@link #run}, for a script. */
    Reply runInScript(Command command, Request request, Databases databases, Scripts scripts, Access access) {
        return run(command, new Call(this, command, request, databases, scripts, access, /* scripted= */ true));
    }

    private static Reply run(Command command, Call call) {
        if (call.databases().refusesGrowth() && command.has(Flag.DENYOOM)) {
            throw Errors.outOfMemory();
        }
        CommandBody body = command.body();
        if (body == null) {
            throw Errors.notInTheLog(command);
        }
        return body.run(call);
    }
}
