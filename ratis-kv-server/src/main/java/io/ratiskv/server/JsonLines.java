package io.ratiskv.server;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Log events as one JSON object per line, each with the node and where it then stood in the log. Any thread. */
final class JsonLines extends JsonEncoder {
    /**
     * Where the node stands in the log.
     *
     * @param term the current one, 0 until the log is open; must not block or log
     * @param index of the last applied entry; must not block or log
     */
    record Position(LongSupplier term, LongSupplier index) {}

    private final String node;
    private volatile @Nullable Position position;

    /** @param node an id, which needs no escapes */
    JsonLines(String node) {
        this.node = node;
        setWithSequenceNumber(false);
        setWithNanoseconds(false);
        setWithContext(false);
        setWithMDC(false);
        setWithMessage(false);
        setWithArguments(false);
        setWithFormattedMessage(true);
    }

    /** From now on. */
    void position(Position known) {
        position = known;
    }

    @Override
    protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
        line.append(',');
        appenderMember(line, "node", node);
        Position known = position;
        if (known != null) {
            line.append(',');
            appenderMemberWithLongValue(line, "term", known.term().getAsLong());
            line.append(',');
            appenderMemberWithLongValue(line, "index", known.index().getAsLong());
        }
    }
}
