package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/** A comparison as files: all loads for programs, medians for people. Stateless; any thread. */
final class Report {
    static final String BEGIN = "<!-- compare.sh: begin -->";
    static final String END = "<!-- compare.sh: end -->";

    /** What ratios are to. */
    private static final String MEASURE = "redis, fsync always";

    /** What it is about, as its contestant is called. */
    static final String SUBJECT = "ratis-kv";

    private static final double MIB = 1 << 20;

    private Report() {}

    /** Writes {@code results.csv}, {@code table.md} and {@code report.html}. */
    static void write(Comparison comparison, String circumstances, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.csv"), csv(comparison));
        Files.writeString(folder.resolve("table.md"), table(comparison, circumstances));
        Files.writeString(folder.resolve("report.html"), page(comparison, circumstances));
    }

    /** Puts the table where the file has the two marks. */
    static void insert(Comparison comparison, String circumstances, Path file) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) throw new IOException(file + " lacks " + BEGIN + " and " + END);
        Files.writeString(
                file,
                text.substring(0, begin + BEGIN.length())
                        + "\n"
                        + table(comparison, circumstances)
                        + text.substring(end));
    }

    static String csv(Comparison comparison) {
        StringBuilder csv = new StringBuilder("store,kind,connections,pipeline,value_bytes,paced,requests_per_second,"
                + "p50_millis,p99_millis,p99.9_millis,p99.99_millis,cpu_micros_per_request,disk_bytes_per_request,"
                + "wire_bytes_per_request\n");
        for (Comparison.Row row : comparison.rows()) {
            Work work = row.work();
            Figures figures = row.figures();
            StringJoiner line = new StringJoiner(",", "", "\n");
            line.add('"' + row.contestant() + '"')
                    .add(work.kind().name())
                    .add(Integer.toString(work.connections()))
                    .add(Integer.toString(work.pipeline()))
                    .add(Integer.toString(work.valueBytes()))
                    .add(Boolean.toString(work.paced()));
            for (double value : new double[] {
                figures.perSecond(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.p999Millis(),
                figures.p9999Millis(),
                figures.cpuMicros(),
                figures.diskBytes(),
                figures.wireBytes()
            }) {
                line.add(Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value));
            }
            csv.append(line);
        }
        return csv.toString();
    }

    /** Medians in Markdown, a row for each work, how ratis-kv stands to a Redis that syncs as it does, and memory. */
    static String table(Comparison comparison, String circumstances) {
        StringJoiner text = new StringJoiner("\n");
        text.add(circumstances + "\n");
        for (Table table :
                List.of(rates(comparison), paced(comparison), footprints(comparison), residents(comparison))) {
            if (!table.rows().isEmpty()) text.add(table.markdown());
        }
        return text.toString();
    }

    private static Table rates(Comparison comparison) {
        Set<String> contestants = comparison.contestants();
        List<String> head = new ArrayList<>(List.of("requests/s"));
        head.addAll(contestants);
        head.add(SUBJECT + " / " + MEASURE);
        List<List<String>> rows = new ArrayList<>();
        for (Work work : comparison.works()) {
            if (work.paced()) continue;
            List<String> row = new ArrayList<>(List.of(work.toString()));
            for (String contestant : contestants) row.add(rate(comparison.rate(work, contestant)));
            row.add(ratio(comparison.rate(work, SUBJECT) / comparison.rate(work, MEASURE)));
            rows.add(row);
        }
        return new Table(head, rows);
    }

    private static Table paced(Comparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (Work work : comparison.works()) {
            if (!work.paced()) continue;
            comparison
                    .rates(work)
                    .forEach((contestant, rate) -> rows.add(List.of(
                            work.kind() + ", " + contestant,
                            rate(rate),
                            millis(comparison.median(work, contestant, Figures::p50Millis)),
                            millis(comparison.median(work, contestant, Figures::p99Millis)),
                            millis(comparison.median(work, contestant, Figures::p999Millis)),
                            millis(comparison.median(work, contestant, Figures::p9999Millis)))));
        }
        return new Table(
                List.of("at half of the highest rate", "requests/s", "p50", "p99", "p99.9", "p99.99, ms"), rows);
    }

    private static Table footprints(Comparison comparison) {
        List<List<String>> rows = comparison.footprints().stream()
                .map(footprint -> List.of(
                        footprint.what() + (footprint.members() == 1 ? "" : " of " + footprint.members()),
                        count(footprint.heapBytes()),
                        count(footprint.redisBytes()),
                        ratio(footprint.heapBytes() / footprint.redisBytes())))
                .toList();
        return new Table(List.of("bytes of a key", SUBJECT + ", live heap", "redis, MEMORY USAGE", "ratio"), rows);
    }

    private static Table residents(Comparison comparison) {
        List<List<String>> rows = comparison.residents().stream()
                .map(resident -> List.of(
                        resident.store(),
                        Integer.toString(resident.processes()),
                        count(resident.now() / MIB),
                        count(resident.most() / MIB)))
                .toList();
        return new Table(List.of("memory after all loads", "processes", "resident, MiB in one", "highest"), rows);
    }

    private static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String rate(double perSecond) {
        if (Double.isNaN(perSecond)) return "";
        return perSecond < 10_000
                ? String.format(Locale.ROOT, "%,.0f", perSecond)
                : String.format(Locale.ROOT, "%,.0f k", perSecond / 1000);
    }

    private static String millis(double millis) {
        return Double.isNaN(millis) ? "" : String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.0f", millis);
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** What a page begins with. */
    static String head(String title, String circumstances) {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%1$s</title>
                <style>
                :root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 20%%,transparent);--bar:#0969da;--own:#bc4c00}
                body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
                h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}.wide{overflow-x:auto}
                table{border-collapse:collapse;font-variant-numeric:tabular-nums}
                th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
                th:first-child,td:first-child{text-align:left}td.bar{width:50%%;text-align:left}
                td.bar div{background:var(--bar);height:.8rem}td.bar.own div{background:var(--own)}
                .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}
                figure{margin:0}figcaption{font-weight:600}svg{width:100%%}text{font-size:12px;fill:currentColor}.grid{stroke:var(--line)}
                </style>
                <h1>%1$s</h1>
                <p>%2$s</p>
                """.formatted(Table.escaped(title), Table.escaped(circumstances));
    }

    private static String page(Comparison comparison, String circumstances) {
        StringBuilder page = new StringBuilder(head("ratis-kv side by side", circumstances));
        for (Work work : comparison.works()) {
            page.append("<h2>")
                    .append(Table.escaped(work.toString()))
                    .append("</h2>\n<div class=\"wide\"><table>\n<tr>");
            for (String title : List.of(
                    "", "requests/s", "", "p50 ms", "p99 ms", "p99.9 ms", "p99.99 ms", "CPU µs", "disk B", "wire B")) {
                page.append("<th>").append(title).append("</th>");
            }
            page.append("</tr>\n");
            double most = comparison.rates(work).values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(1);
            comparison.rates(work).forEach((contestant, rate) -> row(page, comparison, work, contestant, rate / most));
            page.append("</table></div>\n");
        }
        return page.append("""
                        <p>CPU of all nodes, what they wrote to disks and what passed the loopback, for a request.</p>
                        <h2>Memory</h2>
                        """)
                .append(footprints(comparison).html())
                .append(residents(comparison).html())
                .append("</html>\n")
                .toString();
    }

    private static void row(StringBuilder page, Comparison comparison, Work work, String contestant, double share) {
        List<String> cells = new ArrayList<>();
        cells.add(millis(comparison.median(work, contestant, Figures::p50Millis)));
        cells.add(millis(comparison.median(work, contestant, Figures::p99Millis)));
        cells.add(millis(comparison.median(work, contestant, Figures::p999Millis)));
        cells.add(millis(comparison.median(work, contestant, Figures::p9999Millis)));
        cells.add(millis(comparison.median(work, contestant, Figures::cpuMicros)));
        cells.add(rate(comparison.median(work, contestant, Figures::diskBytes)));
        cells.add(rate(comparison.median(work, contestant, Figures::wireBytes)));
        page.append("<tr><td>")
                .append(Table.escaped(contestant))
                .append("</td><td>")
                .append(rate(comparison.rate(work, contestant)))
                .append("</td><td class=\"bar")
                .append(contestant.startsWith(SUBJECT) ? " own" : "")
                .append("\"><div style=\"width:")
                .append(String.format(Locale.ROOT, "%.1f", 100 * share))
                .append("%\"></div></td>");
        for (String cell : cells) page.append("<td>").append(cell).append("</td>");
        page.append("</tr>\n");
    }
}
