package io.ratiskv.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;

/** The prompt of somebody at a terminal: history, completion, hints. Confined to the main thread. */
final class Prompt {
    private static final Set<String> ENDS = Set.of("exit", "quit");

    private Prompt() {}

    /**
     * Reads and runs lines until the end of input.
     *
     * @param history null to keep none
     */
    static void run(Dialogue dialogue, String name, @Nullable Path history) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = reader(terminal, history);
            while (true) {
                try {
                    String line = reader.readLine(name + "> ");
                    if (ENDS.contains(line.strip().toLowerCase(Locale.ROOT))) return;
                    // Several lines when they were pasted.
                    dialogue.script(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
                } catch (UserInterruptException cancelled) {
                    if (cancelled.getPartialLine().isEmpty()) return;
                } catch (EndOfFileException ended) {
                    return;
                }
            }
        }
    }

    private static LineReader reader(Terminal terminal, @Nullable Path history) {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("raft-cli")
                .parser(new QuoteParser())
                .completer((line, word, candidates) -> {
                    List<String> before = word.words().subList(0, word.wordIndex());
                    String begun = word.word().substring(0, word.wordCursor());
                    Hints.completions(before, begun).forEach(text -> candidates.add(new Candidate(text)));
                })
                .highlighter(new Hinting())
                .history(new DiscreetHistory())
                // An exclamation mark is a part of a value, not a wish for an older line.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .build();
        reader.setAutosuggestion(LineReader.SuggestionType.TAIL_TIP);
        if (history != null && isOurs(history)) reader.setVariable(LineReader.HISTORY_FILE, history);
        return reader;
    }

    /** Makes the file, for its owner alone: values of keys stand in it. */
    private static boolean isOurs(Path history) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] rights = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try {
            Files.createFile(history, rights);
            return true;
        } catch (FileAlreadyExistsException kept) {
            return true;
        } catch (IOException unwritable) {
            return false;
        }
    }

    /** Asks for more lines while a quote is open, by the rule that runs the line. */
    private static final class QuoteParser extends DefaultParser {
        QuoteParser() {
            setEscapeChars(null);
            setEofOnUnclosedQuote(false);
        }

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && Words.isOpen(line.getBytes(StandardCharsets.UTF_8))) {
                throw new EOFError(-1, -1, "a quote is open", "quote");
            }
            return super.parse(line, cursor, context);
        }
    }

    /** Shows the rest of the usage line behind the cursor; the reader asks at every key. */
    private static final class Hinting implements Highlighter {
        @Override
        public AttributedString highlight(LineReader reader, String buffer) {
            reader.setTailTip(Hints.after(buffer));
            return new AttributedString(buffer);
        }

        @Override
        public void setErrorPattern(Pattern errorPattern) {}

        @Override
        public void setErrorIndex(int errorIndex) {}
    }

    /** Keeps no line that may hold a password. */
    static final class DiscreetHistory extends DefaultHistory {
        private static final Pattern SECRET = Pattern.compile(
                "\\s*(auth|hello|acl|config\\s+set|migrate)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

        @Override
        public void add(Instant time, String line) {
            if (!isSecret(line)) super.add(time, line);
        }

        static boolean isSecret(String line) {
            return SECRET.matcher(line).matches();
        }
    }
}
