package io.ratiskv.session;

import java.util.Locale;

/** {@code name:value} lines under headings, as INFO tells them. Confined to one call. */
final class InfoLines {
    private final StringBuilder text = new StringBuilder();

    void section(String name) {
        String heading = name.equals("cpu") ? "CPU" : Character.toUpperCase(name.charAt(0)) + name.substring(1);
        text.append(text.isEmpty() ? "" : "\r\n").append("# ").append(heading).append("\r\n");
    }

    void add(String name, Object value) {
        text.append(name).append(':').append(value).append("\r\n");
    }

    /** What Redis counts and this server does not have, as a Redis that never used it tells it. */
    void none(String... names) {
        for (String name : names) {
            add(name, 0);
        }
    }

    /** A size in bytes, and again under {@code name_human} as people read it. */
    void bytes(String name, long bytes) {
        add(name, bytes);
        add(name + "_human", human(bytes));
    }

    /** {@code dividend / divisor} with two decimals. */
    void ratio(String name, long dividend, long divisor) {
        add(name, ratio(dividend, divisor));
    }

    void percent(String name, long part, long whole) {
        add(name, ratio(100 * part, whole) + "%");
    }

    static String ratio(long dividend, long divisor) {
        return String.format(Locale.ROOT, "%.2f", divisor == 0 ? 0.0 : (double) dividend / divisor);
    }

    static String human(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        String units = "KMGTP";
        double scaled = bytes / 1024.0;
        int unit = 0;
        while (scaled >= 1024 && unit < units.length() - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f%c", scaled, units.charAt(unit));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
