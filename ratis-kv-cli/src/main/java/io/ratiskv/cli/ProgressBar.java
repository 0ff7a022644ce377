package io.ratiskv.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongConsumer;

/** How far a benchmark is, on a line that is written over. Confined to the main thread. */
final class ProgressBar implements LongConsumer {
    private static final int CELLS = 30;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream terminal;
    private final long operations;
    private final long startNanos = System.nanoTime();

    ProgressBar(PrintStream terminal, long operations) {
        this.terminal = terminal;
        this.operations = operations;
    }

    @Override
    public void accept(long ended) {
        double share = operations == 0 ? 1 : (double) ended / operations;
        int full = (int) (share * CELLS);
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        terminal.print(String.format(
                Locale.ROOT,
                "\r[%s%s] %3.0f %%  %,.0f/s ",
                "#".repeat(full),
                ".".repeat(CELLS - full),
                share * 100,
                seconds == 0 ? 0 : ended / seconds));
        if (ended >= operations) terminal.println();
        terminal.flush();
    }
}
