package io.ratiskv.cli.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is run at once and has one verdict: a block of a shell, one command whose output the page shows, or the program that
 * all blocks of one language below one heading make together.
 *
 * @param shows the output that the page promises; null where it shows none
 * @param runsOn the words after which the reader goes on beside it
 */
record Example(
        int line,
        String language,
        String text,
        @Nullable List<String> shows,
        @Nullable String runsOn) {
    /** What redis-cli adds to a reply that took more than half a second. */
    private static final Pattern DURATION = Pattern.compile("\\(\\d+\\.\\d+s\\)");

    static final String SHELL = "sh";
    static final Set<String> LANGUAGES = Set.of(SHELL, "console", "java", "python", "js");

    private static final String PROMPT = "$ ";
    private static final String ELLIPSIS = "...";

    /** In the order in which a reader comes to them; a program is complete with its last block. */
    static List<Example> of(Page page) {
        List<Page.Block> blocks = page.blocks().stream()
                .filter(block -> block.excuse() == null && LANGUAGES.contains(block.language()))
                .toList();
        Map<String, List<Page.Block>> programs = new LinkedHashMap<>();
        for (Page.Block block : blocks) {
            programs.computeIfAbsent(program(block), key -> new ArrayList<>()).add(block);
        }
        List<Example> examples = new ArrayList<>();
        for (Page.Block block : blocks) {
            switch (block.language()) {
                case SHELL ->
                    examples.add(new Example(
                            block.line(), SHELL, String.join("\n", block.text()) + "\n", null, block.runsOn()));
                case "console" -> examples.addAll(commands(block));
                default -> {
                    List<Page.Block> program = programs.getOrDefault(program(block), List.of());
                    if (block.equals(program.getLast())) {
                        examples.add(new Example(block.line(), block.language(), join(program), null, null));
                    }
                }
            }
        }
        return examples;
    }

    private static String program(Page.Block block) {
        return block.section() + "\n" + block.language();
    }

    private static List<Example> commands(Page.Block block) {
        List<Example> commands = new ArrayList<>();
        int at = 0;
        while (at < block.text().size()) {
            int line = block.line() + 1 + at;
            String first = block.text().get(at);
            if (!first.startsWith(PROMPT)) throw new IllegalArgumentException("line " + line + " is no command");
            StringBuilder command = new StringBuilder(first.substring(PROMPT.length()));
            at++;
            while (command.toString().endsWith("\\") && at < block.text().size()) {
                command.append('\n').append(block.text().get(at++));
            }
            List<String> shows = new ArrayList<>();
            while (at < block.text().size() && !block.text().get(at).startsWith(PROMPT)) {
                shows.add(block.text().get(at++));
            }
            commands.add(new Example(line, SHELL, command.append('\n').toString(), shows, null));
        }
        return commands;
    }

    private static String join(List<Page.Block> program) {
        List<String> lines =
                program.stream().flatMap(block -> block.text().stream()).toList();
        String text = String.join("\n", lines) + "\n";
        if (!program.getLast().language().equals("java")) return text;
        Pattern imports = Pattern.compile("import .*;");
        return lines.stream().filter(line -> imports.matcher(line).matches()).collect(Collectors.joining("\n"))
                + "\nclass Example {\npublic static void main(String[] arguments) throws Exception {\n"
                + lines.stream()
                        .filter(line -> !imports.matcher(line).matches())
                        .collect(Collectors.joining("\n"))
                + "\n}\n}\n";
    }

    /** What is wrong with the output of an example that ended well; null when nothing is. */
    @Nullable
    String complaint(String output) {
        if (shows == null) {
            return output.lines()
                    .filter(line -> line.startsWith("(error)") || line.contains("\"success\":false"))
                    .findFirst()
                    .orElse(null);
        }
        String promised = shows.stream()
                .map(line -> line.equals(ELLIPSIS)
                        ? "(.*\n)*"
                        : Pattern.quote(line.strip()).replace(ELLIPSIS, "\\E.*\\Q") + "\n")
                .collect(Collectors.joining());
        String seen = output.lines()
                .map(String::strip)
                .filter(line -> !DURATION.matcher(line).matches())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        return Pattern.matches(promised, seen) ? null : "the page shows:\n" + String.join("\n", shows);
    }
}
