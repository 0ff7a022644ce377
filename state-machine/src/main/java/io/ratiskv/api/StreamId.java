package io.ratiskv.api;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The name of a stream's entry: a time and a number within it, both unsigned. Immutable; any thread.
 *
 * @param millis of a clock, or whatever the writer chose
 * @param sequence counts entries of the same time
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    /** Below every entry's. */
    public static final StreamId MIN = new StreamId(0, 0);

    public static final StreamId MAX = new StreamId(-1, -1);

    /** The least that is greater; null behind {@link #MAX}. */
    public @Nullable StreamId next() {
        if (sequence != -1) {
            return new StreamId(millis, sequence + 1);
        }
        return millis == -1 ? null : new StreamId(millis + 1, 0);
    }

    /** The greatest that is less; null before {@link #MIN}. */
    public @Nullable StreamId previous() {
        if (sequence != 0) {
            return new StreamId(millis, sequence - 1);
        }
        return millis == 0 ? null : new StreamId(millis - 1, -1);
    }

    public boolean isBefore(StreamId other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(StreamId other) {
        return compareTo(other) > 0;
    }

    /** How it stands to the id of these parts, as {@link #compareTo}. */
    public int compareTo(long otherMillis, long otherSequence) {
        int byMillis = Long.compareUnsigned(millis, otherMillis);
        return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, otherSequence);
    }

    @Override
    public int compareTo(StreamId other) {
        return compareTo(other.millis, other.sequence);
    }

    /** As clients read it. */
    public Bytes text() {
        return Bytes.wrap(toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
    }
}
