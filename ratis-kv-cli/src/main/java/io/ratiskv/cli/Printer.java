package io.ratiskv.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;

/**
 * Prints answers and says how bad they are. Confined to the main thread.
 *
 * @param complaint stands before what went wrong
 */
record Printer(Output output, PrintStream out, PrintStream err, String complaint) {

    /**
     * Prints an answer: a good one to standard output; what went wrong to standard error, or in JSON where the answer
     * would have been.
     *
     * @param human what a good answer is for people
     * @return the exit code
     */
    int print(Answer answer, Function<Result, String> human) {
        if (output == Output.JSON) out.println(answer.body().strip());
        else if (answer.good()) out.println(human.apply(answer.result()));
        else err.println(complaint + answer.error());
        out.flush();
        err.flush();
        return answer.verdict().exitCode();
    }

    /** As {@link #print}, a string as its bytes and nothing else, so that a file can take it. */
    int printRaw(Answer answer) {
        if (output == Output.HUMAN && answer.result() instanceof Result.Text text) {
            out.write(text.bytes(), 0, text.bytes().length);
            out.println();
            return answer.verdict().exitCode();
        }
        return print(answer, HumanText::of);
    }

    /** Prints what no answer is. */
    void print(String text) {
        out.println(text);
        out.flush();
    }

    /** Columns as wide as their widest cell, two blanks between them, titles above. */
    static String table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++)
                widths[i] = Math.max(widths[i], row.get(i).length());
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString().stripTrailing();
    }
}
