package io.ratiskv.compare;

import java.util.List;
import java.util.StringJoiner;

/** Rows of text under a head; numbers in all columns but the first. Immutable. */
record Table(List<String> head, List<List<String>> rows) {
    /** Empty without rows. */
    String markdown() {
        if (rows.isEmpty()) return "";
        StringJoiner line = new StringJoiner("|", "|", "|\n");
        for (int column = 0; column < head.size(); column++) line.add(column == 0 ? "---" : "--:");
        StringBuilder text = new StringBuilder(markdown(head)).append(line);
        for (List<String> row : rows) text.append(markdown(row));
        return text.toString();
    }

    private static String markdown(List<String> cells) {
        StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
        cells.forEach(row::add);
        return row.toString();
    }

    /** Empty without rows. */
    String html() {
        if (rows.isEmpty()) return "";
        StringBuilder text = new StringBuilder("<div class=\"wide\"><table>\n");
        html(text, "th", head);
        for (List<String> row : rows) html(text, "td", row);
        return text.append("</table></div>\n").toString();
    }

    private static void html(StringBuilder text, String tag, List<String> cells) {
        text.append("<tr>");
        for (String cell : cells) {
            text.append('<')
                    .append(tag)
                    .append('>')
                    .append(escaped(cell))
                    .append("</")
                    .append(tag)
                    .append('>');
        }
        text.append("</tr>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
