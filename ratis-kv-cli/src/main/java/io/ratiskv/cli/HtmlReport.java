package io.ratiskv.cli;

import io.ratiskv.cli.load.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * A benchmark as one page of HTML that needs nothing else: charts as SVG, light or dark as the reader's system is.
 * Stateless; any thread.
 */
final class HtmlReport {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 300;
    private static final int LEFT = 70;
    private static final int RIGHT = 16;
    private static final int TOP = 16;
    private static final int BOTTOM = 36;
    private static final int STEPS = 400;

    /** The curve's x axis counts nines: each further mark leaves a tenth as many operations to its right. */
    private static final double NINES_MAX = 4;

    private static final List<String> NINES = List.of("p0", "p90", "p99", "p99.9", "p99.99");

    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b1f24;--faint:#6a737d;--paper:#fff;--line:#d8dee4;--set:#0969da;--get:#bc4c00;--all:#1a7f37}
            @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#8b949e;--paper:#0d1117;--line:#30363d;--set:#58a6ff;--get:#f0883e;--all:#3fb950}}
            body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}p{margin:.3rem 0}.wide{overflow-x:auto}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line)}
            th:first-child,td:first-child{text-align:left}svg{width:100%;height:auto}
            svg text{fill:var(--faint);font:12px system-ui,sans-serif}.grid{stroke:var(--line)}
            path{fill:none;stroke-width:2}.set{stroke:var(--set)}.get{stroke:var(--get)}.all{stroke:var(--all)}
            .key.set::before,.key.get::before{content:"";display:inline-block;width:.8rem;height:.2rem;margin:0 .4rem .2rem 0}
            .key.set::before{background:var(--set)}.key.get::before{background:var(--get)}.key{margin-right:1rem;color:var(--faint)}
            """;

    private HtmlReport() {}

    static String of(BenchmarkReport report) {
        Measured measured = report.measured();
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>ratis-kv benchmark</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>ratis-kv benchmark</h1>\n");
        for (String line : List.of(report.summary(), report.setting(), report.outcomes())) {
            page.append("<p>").append(escaped(line)).append("</p>\n");
        }
        page.append("<h2>Latency in milliseconds</h2>\n").append(table(report.rows()));
        page.append("<h2>Latency by percentile</h2>\n<p><span class=\"key set\">SET</span>")
                .append("<span class=\"key get\">GET</span></p>\n")
                .append(latencies(measured));
        page.append("<h2>Operations done in each second</h2>\n").append(throughput(measured.perSecond()));
        if (!measured.errors().isEmpty()) {
            List<List<String>> rows = new ArrayList<>(List.of(List.of("error", "count")));
            new TreeMap<>(measured.errors()).forEach((error, count) -> rows.add(List.of(error, Long.toString(count))));
            page.append("<h2>Errors</h2>\n").append(table(rows));
        }
        return page.append("</html>\n").toString();
    }

    private static String table(List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"wide\"><table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            table.append("<tr>");
            for (String text : rows.get(i)) {
                table.append('<')
                        .append(cell)
                        .append('>')
                        .append(escaped(text))
                        .append("</")
                        .append(cell)
                        .append('>');
            }
            table.append("</tr>\n");
        }
        return table.append("</table></div>\n").toString();
    }

    private static String latencies(Measured measured) {
        double top = nice(Math.max(
                Percentiles.millis(measured.setNanos().getMaxValue()),
                Percentiles.millis(measured.getNanos().getMaxValue())));
        StringBuilder chart = frame("Latency by percentile", top, "ms");
        for (int i = 0; i < NINES.size(); i++) mark(chart, i / NINES_MAX, NINES.get(i));
        curve(chart, "set", measured.setNanos(), top);
        curve(chart, "get", measured.getNanos(), top);
        return chart.append("</svg>\n").toString();
    }

    private static void curve(StringBuilder chart, String kind, Histogram nanos, double top) {
        if (nanos.getTotalCount() == 0) return;
        path(chart, kind, STEPS, x -> {
            double percentile = 100 - 100 * Math.pow(10, -x * NINES_MAX);
            return Percentiles.millis(nanos.getValueAtPercentile(percentile)) / top;
        });
    }

    private static String throughput(List<Long> all) {
        // The last is no whole second, and would look like a breakdown.
        List<Long> perSecond = all.size() > 1 ? all.subList(0, all.size() - 1) : all;
        double top = nice(
                (double) perSecond.stream().mapToLong(Long::longValue).max().orElse(0));
        StringBuilder chart = frame("Operations done in each second", top, "");
        int last = perSecond.size() - 1;
        for (int i = 0; i <= 4; i++) mark(chart, i / 4.0, String.format(Locale.ROOT, "%.3g s", last * i / 4.0));
        path(chart, "all", Math.max(1, last), x -> (double) perSecond.get((int) Math.round(x * last)) / top);
        return chart.append("</svg>\n").toString();
    }

    /** A chart's axes, open for its curves. */
    private static StringBuilder frame(String title, double top, String unit) {
        StringBuilder chart = new StringBuilder(
                        "<svg role=\"img\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\"><title>")
                .append(title)
                .append("</title>\n");
        for (int i = 0; i <= 4; i++) {
            double y = y(i / 4.0);
            chart.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s %s</text>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y,
                    y,
                    LEFT - 8,
                    y + 4,
                    number(top * i / 4),
                    unit));
        }
        return chart;
    }

    private static void mark(StringBuilder chart, double x, String text) {
        chart.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                x(x),
                HEIGHT - 12,
                x == 0 ? "start" : x == 1 ? "end" : "middle",
                escaped(text)));
    }

    /** A line through {@code steps + 1} points; both axes run from 0 to 1. */
    private static void path(StringBuilder chart, String kind, int steps, DoubleUnaryOperator curve) {
        chart.append("<path class=\"").append(kind).append("\" d=\"");
        for (int i = 0; i <= steps; i++) {
            double x = (double) i / steps;
            chart.append(String.format(
                    Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", x(x), y(Math.min(1, curve.applyAsDouble(x)))));
        }
        chart.append("\"/>\n");
    }

    private static double x(double share) {
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double share) {
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    /** The next of 1, 2, 4, 8 with zeroes: four parts of it are short numbers. */
    private static double nice(double value) {
        if (value <= 0) return 1;
        double unit = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 4, 8}) {
            if (value <= step * unit) return step * unit;
        }
        return 10 * unit;
    }

    private static String number(double value) {
        boolean whole = value == Math.rint(value);
        return whole ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
