package io.ratiskv.cli;

import io.ratiskv.cli.migration.Tally;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How far an import is, on a line that is written over, and what it came to. Confined to the main thread. */
final class ImportReport implements Consumer<Tally> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long PRINT_NANOS = 200_000_000;

    private final @Nullable PrintStream terminal;
    private final long startNanos = System.nanoTime();
    private long printedNanos = startNanos;
    private boolean printed;

    /** @param terminal where somebody watches; null when nobody does */
    ImportReport(@Nullable PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public void accept(Tally tally) {
        long now = System.nanoTime();
        if (terminal == null || now - printedNanos < PRINT_NANOS) return;
        printedNanos = now;
        printed = true;
        terminal.print(String.format(
                Locale.ROOT,
                "\r%,d keys  %,d commands  %,d bytes  %,.0f keys/s  %s ",
                tally.totalKeys(),
                tally.commands(),
                tally.bytes(),
                tally.totalKeys() / seconds(),
                tally.lagBytes() < 0 ? "" : number(tally.lagBytes()) + " bytes behind"));
        terminal.flush();
    }

    /** Leaves the line. */
    void end() {
        if (terminal != null && printed) terminal.println();
    }

    private double seconds() {
        return Math.max(1, System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }

    String text(Tally tally) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("database", "keys")));
        tally.keys().forEach((database, keys) -> rows.add(List.of(Integer.toString(database), number(keys))));
        String text = rows.size() == 1 ? "" : Printer.table(rows) + "\n\n";
        double seconds = seconds();
        List<String> facts = new ArrayList<>();
        facts.add(number(tally.totalKeys()) + " keys");
        if (tally.functions() > 0) facts.add(number(tally.functions()) + " libraries of functions");
        if (tally.commands() > 0) facts.add(number(tally.commands()) + " commands");
        if (tally.expiredKeys() > 0) facts.add(number(tally.expiredKeys()) + " expired keys left out");
        if (tally.moduleKeys() > 0) facts.add(number(tally.moduleKeys()) + " keys of modules left out");
        return text
                + String.join(", ", facts)
                + String.format(
                        Locale.ROOT,
                        "; %,d bytes in %.1f s, %,.0f keys/s",
                        tally.bytes(),
                        seconds,
                        tally.totalKeys() / seconds);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    String json(Tally tally) {
        return Json.object(json -> {
            json.writeObjectPropertyStart("keys");
            for (var each : tally.keys().entrySet()) {
                json.writeNumberProperty(Integer.toString(each.getKey()), each.getValue());
            }
            json.writeEndObject();
            json.writeNumberProperty("total_keys", tally.totalKeys());
            json.writeNumberProperty("functions", tally.functions());
            json.writeNumberProperty("commands", tally.commands());
            json.writeNumberProperty("expired_keys", tally.expiredKeys());
            json.writeNumberProperty("module_keys", tally.moduleKeys());
            json.writeNumberProperty("bytes", tally.bytes());
            json.writeNumberProperty("seconds", seconds());
        });
    }
}
