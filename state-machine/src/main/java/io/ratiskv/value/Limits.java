package io.ratiskv.value;

import java.util.EnumMap;
import java.util.Objects;

/** A value for each {@link Limit}. Immutable; any thread. */
public final class Limits {
    /** As Redis 7.2 is configured when nothing is said. */
    public static final Limits STANDARD = standard();

    private final EnumMap<Limit, Long> values;

    private Limits(EnumMap<Limit, Long> values) {
        this.values = values;
    }

    private static Limits standard() {
        EnumMap<Limit, Long> values = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            values.put(limit, limit.standard());
        }
        return new Limits(values);
    }

    public long of(Limit limit) {
        return Objects.requireNonNull(values.get(limit));
    }

    /** These limits, but one of another value. */
    public Limits with(Limit limit, long value) {
        EnumMap<Limit, Long> changed = new EnumMap<>(values);
        changed.put(limit, value);
        return new Limits(changed);
    }
}
