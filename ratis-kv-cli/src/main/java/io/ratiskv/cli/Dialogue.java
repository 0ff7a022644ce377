package io.ratiskv.cli;

import io.ratiskv.command.Command;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Commands as lines of text, each answered before the next is read. Confined to the main thread. */
final class Dialogue {
    private final Nodes nodes;
    private final Printer printer;

    Dialogue(Nodes nodes, Printer printer) {
        this.nodes = nodes;
        this.printer = printer;
    }

    /**
     * Runs a script: one command on each line, or on several where a quote holds line ends. A line that fails does not
     * keep the next from running.
     *
     * @return the worst exit code
     */
    int script(InputStream in) throws IOException {
        int worst = Verdict.OK.exitCode();
        InputStream buffered = new BufferedInputStream(in);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte[] line = line(buffered); line != null; line = line(buffered)) {
            text.writeBytes(line);
            if (Words.isOpen(text.toByteArray())) continue;
            worst = Math.max(worst, run(text.toByteArray()));
            text.reset();
        }
        return text.size() == 0 ? worst : Math.max(worst, run(text.toByteArray()));
    }

    /** Runs one line and prints what comes of it. */
    int run(byte[] line) {
        List<byte[]> words = Words.split(line);
        if (words == null) {
            printer.print(
                    Answer.failed(Verdict.USAGE, "", "a quote is not closed, or no blank follows it"), HumanText::of);
            return Verdict.USAGE.exitCode();
        }
        if (words.isEmpty()) return Verdict.OK.exitCode();
        String name = new String(words.getFirst(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (name.equals("help") || name.equals("?")) {
            printer.print(help(words.subList(1, words.size())));
            return Verdict.OK.exitCode();
        }
        return printer.print(nodes.command(Json.command(words), Vocabulary.reads(words)), HumanText::of);
    }

    private static String help(List<byte[]> words) {
        if (words.isEmpty()) {
            return "Type a command of the server, such as SET key value; Tab completes it. help COMMAND explains one.\n"
                    + "Words with blanks stand in quotes, \"...\" with \\n, \\\" and \\xHH. exit, or Ctrl-D, ends.";
        }
        @Nullable Command command = Hints.command(words);
        if (command == null) return "there is no such command";
        StringBuilder text = new StringBuilder("  " + command.usageLine() + "\n  " + command.summary());
        for (Command subcommand : command.subcommands()) {
            text.append("\n\n  ").append(subcommand.usageLine()).append("\n  ").append(subcommand.summary());
        }
        return text.toString();
    }

    /** With its line end; null at the end. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') break;
        }
        return line.size() == 0 ? null : line.toByteArray();
    }
}
