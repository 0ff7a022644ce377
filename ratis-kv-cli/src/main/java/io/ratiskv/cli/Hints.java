package io.ratiskv.cli;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may follow the words typed so far, from the table of commands. Stateless; any thread. */
final class Hints {
    private Hints() {}

    /** The rest of the usage line, such as {@code value [NX | XX]} behind {@code SET k}; empty when there is none. */
    static String after(String typed) {
        List<byte[]> words = Words.split(typed.getBytes(StandardCharsets.UTF_8));
        if (words == null || words.isEmpty() || !typed.endsWith(" ")) return "";
        Command command = command(words);
        if (command == null) return "";
        if (command.isContainer()) {
            return words.size() > 1
                    ? ""
                    : String.join(
                            " | ",
                            command.subcommands().stream().map(Hints::lastWord).toList());
        }
        List<String> parts = parts(command);
        int given = words.size() - command.typedName().split(" ", -1).length;
        // What must stand at its place is ticked off as it is given; options come in any order.
        while (given > 0 && !parts.isEmpty() && !parts.getFirst().startsWith("[")) {
            parts.removeFirst();
            given--;
        }
        return String.join(" ", parts);
    }

    /** What can stand at the end of {@code typed} in place of the word begun there; in the case in which it was begun. */
    static List<String> completions(List<String> before, String begun) {
        boolean lower = !begun.isEmpty() && begun.equals(begun.toLowerCase(Locale.ROOT));
        return candidates(before).stream()
                .filter(word -> word.regionMatches(true, 0, begun, 0, begun.length()))
                .map(word -> lower ? word.toLowerCase(Locale.ROOT) : word)
                .toList();
    }

    private static List<String> candidates(List<String> before) {
        if (before.isEmpty()) {
            return Vocabulary.table().commands().stream()
                    .map(Command::typedName)
                    .toList();
        }
        Command command = command(before.stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList());
        if (command == null) return List.of();
        if (command.isContainer()) {
            return before.size() > 1
                    ? List.of()
                    : command.subcommands().stream().map(Hints::lastWord).toList();
        }
        // The words in capitals: they are to be spelled as they are.
        List<String> tokens = new ArrayList<>();
        for (String part : parts(command)) {
            for (String word : part.split("[\\[\\]<>| ]+", -1)) {
                boolean token =
                        !word.isEmpty() && word.chars().allMatch(c -> c < 'a' || c > 'z') && !word.equals("...");
                if (token && !tokens.contains(word)) tokens.add(word);
            }
        }
        return tokens;
    }

    /** The command that the words begin with, a subcommand where its name is there; null when there is none. */
    static @Nullable Command command(List<byte[]> words) {
        Command command = Vocabulary.table().find(Bytes.wrap(words.getFirst()));
        if (command == null || !command.isContainer() || words.size() == 1) return command;
        String second = new String(words.get(1), StandardCharsets.UTF_8);
        for (Command subcommand : command.subcommands()) {
            if (lastWord(subcommand).equalsIgnoreCase(second)) return subcommand;
        }
        return command;
    }

    private static String lastWord(Command subcommand) {
        String name = subcommand.typedName();
        return name.substring(name.lastIndexOf(' ') + 1);
    }

    /** The usage line behind the name, cut at the blanks that stand in no bracket. */
    private static List<String> parts(Command command) {
        String usage = command.usageLine().substring(command.typedName().length());
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= usage.length(); i++) {
            char c = i == usage.length() ? ' ' : usage.charAt(i);
            if (c == '[' || c == '<') depth++;
            if (c == ']' || c == '>') depth--;
            if (c != ' ' || depth > 0) continue;
            if (i > from) parts.add(usage.substring(from, i));
            from = i + 1;
        }
        return parts;
    }
}
