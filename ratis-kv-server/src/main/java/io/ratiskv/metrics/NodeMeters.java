package io.ratiskv.metrics;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of a node in Prometheus' text format. Any thread; one scrape at a time.
 *
 * <p>A scrape asks once for {@link NodeFigures}, and all that it shows of the node is of that moment. Nothing is
 * measured here: counting on the hot path costs what the code that counts makes it cost. The first scrape loads
 * Micrometer, so that a node that starts need not.
 */
public final class NodeMeters implements AutoCloseable {
    private final Supplier<NodeFigures> figures;

    private @Nullable Registered registered;

    /** @param figures asked at each scrape, on the thread that scrapes; may wait a little for another thread */
    public NodeMeters(Supplier<NodeFigures> figures) {
        this.figures = figures;
    }

    /** All meters now. */
    public synchronized String scrape() {
        Registered meters = registered;
        if (meters == null) {
            meters = new Registered();
            registered = meters;
        }
        return meters.scrape(figures.get());
    }

    @Override
    public synchronized void close() {
        if (registered != null) registered.close();
    }
}
