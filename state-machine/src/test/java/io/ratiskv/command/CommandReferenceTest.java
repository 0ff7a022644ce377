package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/commands.md}: the table, for people. Written anew with {@code -Dratiskv.regenerate=true}. */
class CommandReferenceTest {
    private static final Path FILE = Path.of("..", "docs", "commands.md");

    @Test
    void the_reference_is_what_the_table_says() throws IOException {
        String reference = reference(new CommandTable());
        if (Boolean.getBoolean("ratiskv.regenerate")) {
            Files.writeString(FILE, reference);
        }
        assertEquals(reference, Files.readString(FILE), "stale: run this test with -Dratiskv.regenerate=true");
    }

    private static String reference(CommandTable table) {
        List<Command> commands = table.commands().stream()
                .flatMap(command -> command.isContainer() ? command.subcommands().stream() : Stream.of(command))
                .toList();
        StringBuilder page = new StringBuilder();
        page.append("# Commands\n\nGenerated from the command table (`CommandReferenceTest`); do not edit.\n\n");
        page.append("*read* is answered from a confirmed state, *write* goes through the log, *local* is answered by")
                .append(
                        " the node that holds the connection.\nErrors, replies and options are those of Redis 7.2 where")
                .append(" [differences](differences.md) says nothing else.\n");
        for (Group group : Group.values()) {
            List<Command> ofGroup = commands.stream()
                    .filter(command -> command.group() == group)
                    .toList();
            if (!ofGroup.isEmpty()) {
                page.append("\n## ").append(group.wireName()).append("\n\n");
                page.append("| Usage | What it does | Kind | Time |\n|---|---|---|---|\n");
                ofGroup.forEach(command -> page.append(row(command)));
            }
        }
        return page.toString();
    }

    private static String row(Command command) {
        Command.Documentation documentation = command.documentation();
        List<String> sentences = new ArrayList<>(List.of(documentation.summary()));
        if (documentation.replacedBy() != null) {
            sentences.add("Deprecated: use " + documentation.replacedBy() + ".");
        }
        return "| `" + command.usageLine().replace("|", "\\|") + "` | "
                + String.join(" ", sentences).replace("|", "\\|") + " | "
                + command.kind().name().toLowerCase(java.util.Locale.ROOT) + " | " + documentation.complexity()
                + " |\n";
    }
}
