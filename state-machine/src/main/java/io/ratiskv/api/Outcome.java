package io.ratiskv.api;

import java.util.List;

/**
 * What applying an entry gave. Immutable; any thread.
 *
 * @param replies one per unit when the caller asked for them; else empty
 * @param effects in the order they happened
 * @param taken false when the entry changed nothing because its id was applied, given up or closed before
 */
public record Outcome(List<Reply> replies, List<Effect> effects, boolean taken) {
    public static final Outcome IGNORED = new Outcome(List.of(), List.of(), false);
    public static final Outcome NOTHING = new Outcome(List.of(), List.of(), true);
}
