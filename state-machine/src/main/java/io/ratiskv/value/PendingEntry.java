package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.PrefixOrder;
import org.jspecify.annotations.Nullable;

/** That an entry of a stream was delivered for a group and is not acknowledged. Immutable; any thread. */
public final class PendingEntry {
    static final PrefixOrder<PendingEntry> ORDER = new ById();

    private final long millis;
    private final long sequence;
    private final @Nullable Bytes consumer;
    private final long deliveredAtMillis;
    private final long deliveries;

    PendingEntry(StreamId id, @Nullable Bytes consumer, long deliveredAtMillis, long deliveries) {
        this.millis = id.millis();
        this.sequence = id.sequence();
        this.consumer = consumer;
        this.deliveredAtMillis = deliveredAtMillis;
        this.deliveries = deliveries;
    }

    private record ById() implements PrefixOrder<PendingEntry> {
        @Override
        public int compare(PendingEntry one, PendingEntry other) {
            int byMillis = Long.compareUnsigned(one.millis, other.millis);
            return byMillis != 0 ? byMillis : Long.compareUnsigned(one.sequence, other.sequence);
        }

        @Override
        public long prefix(PendingEntry entry) {
            return entry.millis ^ Long.MIN_VALUE;
        }
    }

    /** Compares as equal to the one of this id. */
    static PendingEntry probe(StreamId id) {
        return new PendingEntry(id, null, 0, 0);
    }

    public StreamId id() {
        return new StreamId(millis, sequence);
    }

    /** Who is to acknowledge it; null if it was given back to the group. */
    public @Nullable Bytes consumer() {
        return consumer;
    }

    /** When it was delivered last; 0 if it was given back. */
    public long deliveredAtMillis() {
        return deliveredAtMillis;
    }

    /** How often it was delivered, or what a client said of it. */
    public long deliveries() {
        return deliveries;
    }

    /** How long ago it was delivered. */
    public long idleMillis(long nowMillis) {
        return nowMillis - deliveredAtMillis;
    }
}
