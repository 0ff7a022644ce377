package io.ratiskv.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run came to: some lines, a file for programs, a page for people. One thread. */
final class LabReport {
    private static final double SLICE_NANOS = 1e8;
    private static final int PIXELS_PER_SECOND = 20;

    private static final String HEAD = """
            | faults | nodes | seconds | seed | answered | refused | unknown | longest gap, s | violations |
            |---|---|---|---|---|---|---|---|---|
            """;

    private final LabOptions options;
    private final Timeline timeline;
    private final Tally tally;
    private final List<Long> writes;

    LabReport(LabOptions options, Timeline timeline, Tally tally) {
        this.options = options;
        this.timeline = timeline;
        this.tally = tally;
        this.writes = tally.writes();
    }

    /**
     * Adds a line to {@code runs.md} of {@code tables}, and writes the rest where the options say.
     *
     * @return whether nothing was found
     */
    boolean write(Path logs, Path tables) throws IOException {
        List<Double> gaps = gapsAfter("kill:leader");
        String facts = String.format(
                Locale.ROOT,
                "{\"seed\": %d, \"nodes\": %d, \"seconds\": %d, \"faults\": \"%s\", \"sabotage\": \"%s\", \"answered\": %d,"
                        + " \"refused\": %d, \"unknown\": %d, \"longest-gap-s\": %.2f, \"gaps-after-killed-leader-s\": %s,"
                        + " \"violations\": %d}",
                options.seed(),
                options.nodes(),
                options.seconds(),
                String.join(",", options.faults()),
                options.sabotage(),
                tally.answers(),
                tally.refusals(),
                tally.unknowns(),
                longestGap(),
                gaps,
                tally.violations().size());
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("summary.json"), facts + "\n");
        writeHistory(options.out().resolve("history.jsonl"));
        addRow(tables.resolve("runs.md"));
        Path page = options.out().resolve("timeline.html");
        Files.writeString(page, page());
        System.out.println(facts);
        tally.violations().forEach(violation -> System.out.println("VIOLATION: " + violation));
        System.out.println("timeline: " + page.toAbsolutePath() + ", logs of the nodes: " + logs);
        return tally.violations().isEmpty();
    }

    /** Runs add up in one table. */
    private void addRow(Path table) throws IOException {
        if (!Files.exists(table)) {
            Files.writeString(table, HEAD);
        }
        String row = String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %,d | %,d | %,d | %.1f | %d |%n",
                options.faults().equals(Fault.DEFAULTS) ? "all" : String.join(", ", options.faults()),
                options.nodes(),
                options.seconds(),
                options.seed(),
                tally.answers(),
                tally.refusals(),
                tally.unknowns(),
                longestGap(),
                tally.violations().size());
        Files.writeString(table, row, StandardOpenOption.APPEND);
    }

    /** An operation on a line, for checkers of others; {@code returned} and {@code reply} are null where nobody knows. */
    private void writeHistory(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Operation operation : tally.history()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "{\"key\": \"%s\", \"node\": %d, \"words\": [\"%s\"], \"invoked\": %d, \"returned\": %s, \"reply\": %s}",
                    operation.key(),
                    operation.node(),
                    String.join("\", \"", operation.words()),
                    operation.invokedNanos(),
                    operation.isKnown() ? Long.toString(operation.returnedNanos()) : "null",
                    operation.isKnown() ? "\"" + operation.reply() + "\"" : "null"));
        }
        Files.write(file, lines);
    }

    private double longestGap() {
        long longest = 0;
        for (int i = 1; i < writes.size(); i++) {
            longest = Math.max(longest, writes.get(i) - writes.get(i - 1));
        }
        return longest / 1e9;
    }

    /** From the last acknowledged write before such a fault took hold to the next one, in seconds. */
    private List<Double> gapsAfter(String fault) {
        List<Double> gaps = new ArrayList<>();
        for (Timeline.Span span : timeline.spans()) {
            if (!span.what().equals(fault)) continue;
            long longest = 0;
            for (int i = 1; i < writes.size(); i++) {
                if (writes.get(i) >= span.fromNanos() && writes.get(i - 1) <= span.toNanos()) {
                    longest = Math.max(longest, writes.get(i) - writes.get(i - 1));
                }
            }
            gaps.add(Math.round(longest / 1e7) / 100.0);
        }
        return gaps;
    }

    private String page() {
        double seconds = timeline.nanos() / 1e9;
        int width = (int) (seconds * PIXELS_PER_SECOND);
        List<Timeline.Span> spans = timeline.spans();
        StringBuilder svg = new StringBuilder();
        int[] slices = new int[(int) (seconds * 1e9 / SLICE_NANOS) + 1];
        for (long write : writes) {
            slices[(int) (write / SLICE_NANOS)]++;
        }
        int most = 1;
        for (int slice : slices) {
            most = Math.max(most, slice);
        }
        double slicePixels = PIXELS_PER_SECOND * SLICE_NANOS / 1e9;
        for (int i = 0; i < slices.length; i++) {
            double height = 120.0 * slices[i] / most;
            svg.append(rect(i * slicePixels, 130 - height, slicePixels, height, slices[i] == 0 ? "none" : "#3a7"));
        }
        int row = 0;
        for (Timeline.Span span : spans) {
            double x = span.fromNanos() / 1e9 * PIXELS_PER_SECOND;
            double y = 150 + row++ % 6 * 18;
            double length = (span.toNanos() - span.fromNanos()) / 1e9 * PIXELS_PER_SECOND;
            svg.append(rect(x, y, length, 14, "#d85")).append(text(x, y + 11, span.what()));
        }
        for (Timeline.Note note : timeline.notes()) {
            double x = note.atNanos() / 1e9 * PIXELS_PER_SECOND;
            if (note.what().endsWith(" leads")) {
                svg.append(rect(x, 0, 1, 260, "#46c")).append(text(x + 2, 10, note.what()));
            } else if (note.what().startsWith("VIOLATION")) {
                svg.append(rect(x, 0, 3, 280, "#e00"));
            }
        }
        return """
                <!doctype html><meta charset="utf-8"><title>Fault lab</title>
                <style>body{font:14px sans-serif} svg{font-size:11px} pre{white-space:pre-wrap}</style>
                <h1>Fault lab, seed %d</h1><p>%s</p>
                <p>Green: acknowledged writes in each tenth of a second, at most %d. Orange: faults. Blue: a new leader.</p>
                <div style="overflow-x:auto"><svg width="%d" height="290">%s</svg></div><pre>%s</pre>
                """.formatted(
                options.seed(),
                escaped(options.toString()),
                most,
                width,
                svg,
                escaped(tally.violations().isEmpty() ? "No violation." : String.join("\n", tally.violations())));
    }

    private static String rect(double x, double y, double width, double height, String color) {
        return String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                x,
                y,
                Math.max(width, 1),
                height,
                color);
    }

    private static String text(double x, double y, String words) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", x, y, escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
