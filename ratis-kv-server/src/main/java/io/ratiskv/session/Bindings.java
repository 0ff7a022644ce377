package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import io.ratiskv.command.Group;
import io.ratiskv.replication.Durations;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All commands with their local bodies and counters. Confined to the event loop. */
final class Bindings {
    private final CommandTable table;
    private final Map<Command, Binding> byCommand = new LinkedHashMap<>();
    private final Map<Group, Durations> latencies = new EnumMap<>(Group.class);

    /** As a client wrote it; names {@link #lastResolved}. */
    private Bytes lastName = Bytes.EMPTY;

    private @Nullable Binding lastResolved;

    Bindings(CommandTable table, Map<String, LocalCommand> bodies) {
        this.table = table;
        for (Command command : table.commands()) {
            bind(command, bodies);
        }
    }

    private void bind(Command command, Map<String, LocalCommand> bodies) {
        Durations latency = latencies.computeIfAbsent(command.group(), family -> new Durations());
        byCommand.put(command, new Binding(command, bodies.get(command.name()), latency));
        for (Command subcommand : command.subcommands()) {
            bind(subcommand, bodies);
        }
    }

    /**
     * What the request invokes.
     *
     * @throws io.ratiskv.api.CommandException for an unknown name or a wrong number of words
     */
    Binding resolve(Request request) {
        // Clients repeat themselves: most requests of a pipeline name the command of the one before.
        Binding last = lastResolved;
        if (last != null && request.name().equals(lastName) && last.command().takes(request.words().length)) {
            return last;
        }
        Command command = table.resolve(request);
        Binding binding = byCommand.get(command);
        if (binding == null) {
            throw new IllegalStateException("no binding of " + request.name());
        }
        if (command.name().indexOf('|') < 0 && !command.isContainer()) {
            lastName = request.name().owned();
            lastResolved = binding;
        }
        return binding;
    }

    /** What the request names, whatever else is wrong with it; null when it names nothing. */
    @Nullable
    Binding named(Request request) {
        Command command = table.find(request);
        return command == null ? null : byCommand.get(command);
    }

    /** Null when the command is not local, or has none. */
    @Nullable
    LocalCommand body(Command command) {
        Binding binding = byCommand.get(command);
        return binding == null ? null : binding.body();
    }

    /** From dispatch to reply, by family of commands. Not changed after construction. */
    Map<Group, Durations> latencies() {
        return latencies;
    }

    Collection<Binding> all() {
        return Collections.unmodifiableCollection(byCommand.values());
    }

    CommandTable table() {
        return table;
    }
}
