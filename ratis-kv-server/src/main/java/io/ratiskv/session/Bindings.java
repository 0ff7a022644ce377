package io.ratiskv.session;

import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All commands with their local bodies and counters. Confined to the event loop. */
final class Bindings {
    private final CommandTable table;
    private final Map<Command, Binding> byCommand = new LinkedHashMap<>();

    Bindings(CommandTable table, Map<String, LocalCommand> bodies) {
        this.table = table;
        for (Command command : table.commands()) {
            bind(command, bodies);
        }
    }

    private void bind(Command command, Map<String, LocalCommand> bodies) {
        byCommand.put(command, new Binding(command, bodies.get(command.name())));
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
        Binding binding = byCommand.get(table.resolve(request));
        if (binding == null) {
            throw new IllegalStateException("no binding of " + request.name());
        }
        return binding;
    }

    /** Null when the command is not local, or has none. */
    @Nullable
    LocalCommand body(Command command) {
        Binding binding = byCommand.get(command);
        return binding == null ? null : binding.body();
    }

    Collection<Binding> all() {
        return Collections.unmodifiableCollection(byCommand.values());
    }

    CommandTable table() {
        return table;
    }
}
