package io.ratiskv.cli.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page of Markdown as its blocks of code. A block is run unless it is {@code text}, a picture of something. Two comments on
 * the line before it, which no reader sees, say otherwise: {@code <!-- not run: reason -->}, and {@code <!-- runs on: words -->}
 * of one that keeps its terminal, after whose words the reader goes on.
 */
final class Page {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE = Pattern.compile(" {0,3}```(\\S*)\\s*");
    private static final Pattern MARK = Pattern.compile("<!-- (not run|runs on): (.+) -->");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.+)");
    private static final Pattern INDENTED = Pattern.compile("( {4}|\t)\\s*\\S.*");
    private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d+\\.) .*");
    private static final Pattern CODE_IN_TABLE = Pattern.compile("`((?:kv|http|redis-cli|raft-cli|curl) [^`]+)`");

    /**
     * A block, or a command in a cell of a table.
     *
     * @param section the heading above it
     * @param excuse why it is not run
     * @param runsOn the words after which the reader goes on beside it
     */
    record Block(
            int line,
            String section,
            String language,
            List<String> text,
            @Nullable String excuse,
            @Nullable String runsOn) {}

    private final String name;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> headings = new ArrayList<>();
    private final StringBuilder prose = new StringBuilder();

    Page(String name, List<String> lines) {
        this.name = name;
        parse(lines);
    }

    static Page read(Path file) {
        try {
            return new Page(ROOT.relativize(file).toString(), Files.readAllLines(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Every page of the repository. */
    static List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("", ".github", "docs", "deploy")) {
            try (Stream<Path> all = Files.walk(ROOT.resolve(folder), folder.isEmpty() ? 1 : Integer.MAX_VALUE)) {
                all.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return files;
    }

    /** Its path from the root of the repository. */
    String name() {
        return name;
    }

    List<Block> blocks() {
        return blocks;
    }

    /** Code that would escape the tests. */
    List<String> problems() {
        return problems;
    }

    List<String> headings() {
        return headings;
    }

    /** All that is neither code nor comment. */
    String prose() {
        return prose.toString();
    }

    private void parse(List<String> lines) {
        String section = "";
        String before = "";
        boolean inList = false;
        boolean inComment = false;
        @Nullable Matcher mark = null;
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            Matcher fence = FENCE.matcher(line);
            if (inComment || line.startsWith("<!--")) {
                inComment = !line.contains("-->");
                Matcher marked = MARK.matcher(line);
                if (marked.matches()) mark = marked;
            } else if (fence.matches()) {
                int end = at + 1;
                while (end < lines.size() && !lines.get(end).strip().equals("```")) end++;
                take(at + 1, section, fence.group(1), lines.subList(at + 1, Math.min(end, lines.size())), mark);
                if (end >= lines.size()) problems.add(name + ":" + (at + 1) + ": a block without end");
                mark = null;
                at = end;
                before = "";
            } else {
                if (mark != null && !line.isBlank()) {
                    problems.add(name + ":" + at + ": this comment stands before no block");
                    mark = null;
                }
                Matcher heading = HEADING.matcher(line);
                if (heading.matches()) {
                    section = heading.group(1);
                    headings.add(section);
                }
                if (ITEM.matcher(line).matches()) inList = true;
                else if (!line.isBlank() && !line.startsWith(" ")) inList = false;
                if (INDENTED.matcher(line).matches() && before.isBlank() && !inList) {
                    problems.add(name + ":" + (at + 1) + ": an indented block; put it between ``` and its language");
                }
                if (line.startsWith("|")) takeCommands(at + 1, section, line);
                prose.append(line.replaceAll("`[^`]*`", "")).append('\n');
                before = line;
            }
        }
    }

    private void take(int line, String section, String language, List<String> text, @Nullable Matcher mark) {
        @Nullable String excuse = null;
        @Nullable String runsOn = null;
        if (mark != null) {
            if (mark.group(1).equals("not run")) excuse = mark.group(2);
            else runsOn = mark.group(2);
        }
        if (excuse == null && !language.equals("text") && !Example.LANGUAGES.contains(language)) {
            problems.add(
                    name + ":" + line + ": \"" + language + "\" can not be run; is it text, or not run for a reason?");
        }
        blocks.add(new Block(line, section, language, List.copyOf(text), excuse, runsOn));
    }

    private void takeCommands(int line, String section, String row) {
        Matcher command = CODE_IN_TABLE.matcher(row);
        while (command.find()) {
            blocks.add(new Block(line, section, "sh", List.of(command.group(1)), null, null));
        }
    }
}
