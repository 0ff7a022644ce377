package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first line of a script or library that begins with {@code #!}. Stateless. */
final class Header {
    private Header() {}

    /** Whether the source begins with a header. */
    static boolean isIn(Bytes source) {
        return source.length() >= 2 && source.at(0) == '#' && source.at(1) == '!';
    }

    /** Where the header's line ends, its line feed not counted; -1 if it does not. */
    static int end(Bytes source) {
        for (int i = 0; i < source.length(); i++) {
            if (source.at(i) == '\n') {
                return i;
            }
            if (source.at(i) == 0) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * What a script's header says.
     *
     * @return null if it has none
     */
    static @Nullable Set<ScriptFlag> flags(Bytes source) {
        if (!isIn(source)) {
            return null;
        }
        int end = end(source);
        if (end < 0) {
            throw new CommandException("ERR Invalid script shebang");
        }
        List<String> words = words(source.slice(0, end).latin1());
        if (words == null || words.isEmpty()) {
            throw new CommandException("ERR Invalid engine in script shebang");
        }
        if (!words.getFirst().equals("#!lua")) {
            throw new CommandException("ERR Unexpected engine in script shebang: " + words.getFirst());
        }
        Set<ScriptFlag> flags = ScriptFlag.none();
        for (String word : words.subList(1, words.size())) {
            if (!word.startsWith("flags=")) {
                throw new CommandException("ERR Unknown lua shebang option: " + word);
            }
            addFlags(flags, word.substring("flags=".length()));
        }
        return flags;
    }

    private static void addFlags(Set<ScriptFlag> flags, String list) {
        if (list.isEmpty()) {
            return;
        }
        for (String name : list.split(",", -1)) {
            ScriptFlag flag = ScriptFlag.of(name);
            if (flag == null) {
                throw new CommandException("ERR Unexpected flag in script shebang: " + name);
            }
            flags.add(flag);
        }
    }

    /**
     * The name of a library, which its header gives.
     *
     * @throws CommandException if the source has no header of a library in Lua
     */
    static String libraryName(Bytes code) {
        if (!isIn(code)) {
            throw new CommandException("ERR Missing library metadata");
        }
        int end = end(code);
        List<String> words = end < 0 ? null : words(code.slice(0, end).latin1());
        if (words == null || words.isEmpty()) {
            throw new CommandException("ERR Invalid library metadata");
        }
        String name = null;
        for (String word : words.subList(1, words.size())) {
            if (!word.toLowerCase(Locale.ROOT).startsWith("name=")) {
                throw new CommandException("ERR Invalid metadata value given: " + word);
            }
            if (name != null) {
                throw new CommandException("ERR Invalid metadata value, name argument was given multiple times");
            }
            name = word.substring("name=".length());
        }
        if (name == null) {
            throw new CommandException("ERR Library name was not given");
        }
        Library.requireName(name);
        String engine = words.getFirst().substring(2);
        if (!engine.equalsIgnoreCase("lua")) {
            throw new CommandException("ERR Engine '" + engine + "' not found");
        }
        return name;
    }

    /** Words as Redis splits an inline request: separated by spaces, quoted in part; null if a quote is not closed. */
    private static @Nullable List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && isSpace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            StringBuilder word = new StringBuilder();
            at = word(line, at, word);
            if (at < 0) {
                return null;
            }
            words.add(word.toString());
        }
    }

    /** Reads one word; returns where it ends, -1 if it does not. */
    private static int word(String line, int from, StringBuilder word) {
        int at = from;
        while (at < line.length() && !isSpace(line.charAt(at))) {
            char c = line.charAt(at);
            if (c != '"' && c != '\'') {
                word.append(c);
                at++;
                continue;
            }
            at = quoted(line, at, word);
            // Behind a closing quote a word must end.
            return at >= 0 && (at == line.length() || isSpace(line.charAt(at))) ? at : -1;
        }
        return at;
    }

    private static int quoted(String line, int from, StringBuilder word) {
        char quote = line.charAt(from);
        int at = from + 1;
        while (at < line.length() && line.charAt(at) != quote) {
            char c = line.charAt(at++);
            boolean escapes = c == '\\' && at < line.length() && (quote == '"' || line.charAt(at) == '\'');
            if (!escapes) {
                word.append(c);
            } else if (quote == '"' && isHexadecimal(line, at)) {
                word.append((char) Integer.parseInt(line.substring(at + 1, at + 3), 16));
                at += 3;
            } else {
                word.append(quote == '"' ? unescaped(line.charAt(at)) : line.charAt(at));
                at++;
            }
        }
        return at == line.length() ? -1 : at + 1;
    }

    private static boolean isHexadecimal(String line, int at) {
        return line.charAt(at) == 'x'
                && at + 2 < line.length()
                && Character.digit(line.charAt(at + 1), 16) >= 0
                && Character.digit(line.charAt(at + 2), 16) >= 0;
    }

    private static char unescaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> c;
        };
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
