package io.ratiskv.replication;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What reads may see that go without a write. Immutable; any thread.
 *
 * <p>Under each of them a connection that stays with its node never sees its own writes undone or time run back. The terms are
 * those of Terry et al., <i>Session Guarantees for Weakly Consistent Replicated Data</i>, and of Bailis et al.,
 * <i>Probabilistically Bounded Staleness</i>.
 */
public sealed interface ReadLevel {
    /** Everything that was acknowledged anywhere before the read arrived. */
    ReadLevel LINEARIZABLE = new Linearizable();

    /** Whatever the node has applied. */
    ReadLevel STALE = new Stale();

    /** How a level is asked for. */
    String USAGE = "linearizable, session <index>, bounded <milliseconds> or stale";

    record Linearizable() implements ReadLevel {
        @Override
        public String toString() {
            return "linearizable";
        }
    }

    record Stale() implements ReadLevel {
        @Override
        public String toString() {
            return "stale";
        }
    }

    /**
     * Whatever the node has applied, which is at least the log up to {@code index}: what the client has seen on another
     * node, which told it the index.
     */
    record Session(long index) implements ReadLevel {
        @Override
        public String toString() {
            return "session " + index;
        }
    }

    /** Everything that was acknowledged anywhere {@code millis} before the read arrived, or earlier. */
    record Bounded(long millis) implements ReadLevel {
        @Override
        public String toString() {
            return "bounded " + millis;
        }
    }

    /** The level that the words ask for; null when there is no such level. Case does not matter. */
    static @Nullable ReadLevel parse(List<String> words) {
        String name = words.isEmpty() ? "" : words.getFirst().toLowerCase(Locale.ROOT);
        if (words.size() == 1) {
            return switch (name) {
                case "linearizable" -> LINEARIZABLE;
                case "stale" -> STALE;
                default -> null;
            };
        }
        OptionalLong number = words.size() == 2 ? number(words.get(1)) : OptionalLong.empty();
        if (number.isEmpty()) {
            return null;
        }
        return switch (name) {
            case "session" -> new Session(number.getAsLong());
            case "bounded" -> new Bounded(number.getAsLong());
            default -> null;
        };
    }

    private static OptionalLong number(String word) {
        try {
            long number = Long.parseLong(word);
            return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
        }
    }
}
