package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandCatalog;
import io.ratiskv.command.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The bodies of all local commands by the command's name, and how their arguments are read. Stateless. */
final class LocalCommands {
    private final Map<String, LocalCommand> bodies = new HashMap<>();

    private LocalCommands() {}

    static Map<String, LocalCommand> bodies(CommandTable table) {
        LocalCommands all = new LocalCommands();
        all.answerFromCatalog(table);
        ConnectionCommands.declare(all);
        ClientCommands.declare(all);
        TrackingCommands.declare(all);
        ConfigCommands.declare(all);
        ServerCommands.declare(all);
        DebugCommands.declare(all);
        StatisticsCommands.declare(all);
        LatencyCommands.declare(all);
        MemoryCommands.declare(all);
        RaftCommands.declare(all);
        Failover.declare(all);
        ClusterCommands.declare(all);
        AclCommands.declare(all);
        PubSubCommands.declare(all);
        ScriptCommands.declare(all);
        return all.bodies;
    }

    /** COMMAND and every HELP are read from the table. */
    private void answerFromCatalog(CommandTable table) {
        CommandCatalog catalog = new CommandCatalog(table);
        LocalCommand.Immediate body = (session, words) -> {
            Reply reply = catalog.answer(new Request(0, session.state().protocol(), Request.DEFAULT_USER, words));
            return reply == null ? Reply.error("ERR nothing is known of this command") : reply;
        };
        for (Command command : table.commands()) {
            if (command.name().equals("command")) {
                now("command", body);
                command.subcommands().forEach(subcommand -> now(subcommand.name(), body));
            }
            for (Command subcommand : command.subcommands()) {
                if (subcommand.name().endsWith("|help")) {
                    now(subcommand.name(), body);
                }
            }
        }
    }

    void now(String name, LocalCommand.Immediate body) {
        bodies.put(name, body);
    }

    void barrier(String name, LocalCommand.Barrier body) {
        bodies.put(name, body);
    }

    void deferred(String name, LocalCommand.Deferred body) {
        bodies.put(name, body);
    }

    /** An error in place of what this store does not have. */
    void refused(String name, String reason) {
        String error = "ERR " + name.replace('|', ' ').toUpperCase(Locale.ROOT) + " is not supported: " + reason;
        now(name, (session, words) -> {
            throw new CommandException(error);
        });
    }

    // Arguments

    static long integer(Bytes word) {
        return integer(word, "ERR value is not an integer or out of range");
    }

    /** @param problem the error's text if the word is no decimal integer */
    static long integer(Bytes word, String problem) {
        String text = word.latin1();
        try {
            long value = Long.parseLong(text);
            if (Long.toString(value).equals(text)) {
                return value;
            }
        } catch (NumberFormatException notDecimal) {
            throw new CommandException(problem);
        }
        throw new CommandException(problem);
    }

    /** True for {@code yes}, false for {@code no}, both upper-case words; an error for any other. */
    static boolean either(Bytes word, String yes, String no) {
        if (word.equalsIgnoreCase(yes)) {
            return true;
        }
        if (word.equalsIgnoreCase(no)) {
            return false;
        }
        throw CommandException.syntax();
    }

    static String lower(Bytes word) {
        return new String(word.toByteArray(), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** A text of several lines: verbatim where the client speaks RESP3. */
    static Reply text(String text) {
        return new Reply.Verbatim("txt", Bytes.of(text));
    }
}
