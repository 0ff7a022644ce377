package io.ratiskv.agreement;

import io.ratiskv.value.Limit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What a {@link Duel} begins with: empty databases and these settings. Immutable.
 *
 * @param limits of compact shapes; others have their standard
 */
record Scene(int protocol, Map<Limit, Long> limits) {
    static final Scene PLAIN = new Scene(2, Map.of());

    /** Small limits most of the time, so that a few members go beyond them and come back. */
    static Scene draw(SplittableRandom random) {
        Map<Limit, Long> limits = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            if (random.nextInt(3) > 0) {
                limits.put(limit, value(limit, random));
            }
        }
        // Else the shape of a set that SUNIONSTORE makes hangs on the order in which Redis' hash table tells its
        // members.
        limits.merge(
                Limit.SET_INTEGERS, limits.getOrDefault(Limit.SET_ENTRIES, Limit.SET_ENTRIES.standard()), Math::max);
        return new Scene(2 + random.nextInt(2), Collections.unmodifiableMap(limits));
    }

    private static long value(Limit limit, SplittableRandom random) {
        if (limit == Limit.LIST_PACK) {
            return random.nextBoolean() ? random.nextInt(-5, 0) : random.nextInt(1, 9);
        }
        return limit.name().endsWith("BYTES") ? random.nextInt(2, 70) : random.nextInt(13);
    }

    long valueOf(Limit limit) {
        return limits.getOrDefault(limit, limit.standard());
    }

    @Override
    public String toString() {
        String settings = limits.entrySet().stream()
                .map(entry ->
                        String.format(Locale.ROOT, ", %s %d", entry.getKey().setting(), entry.getValue()))
                .collect(Collectors.joining());
        return "RESP" + protocol + settings;
    }
}
