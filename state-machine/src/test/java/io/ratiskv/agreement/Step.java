package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;

/** What happens to both sides of a {@link Duel}. Immutable. */
sealed interface Step {
    /** A request to both. */
    @SuppressWarnings("ArrayRecordComponent") // handed to a request as it is
    record Ask(Bytes[] words) implements Step {}

    /** The library goes on from a snapshot of its state; Redis notices nothing. */
    record Restore() implements Step {}

    static Ask ask(String... words) {
        return new Ask(java.util.Arrays.stream(words).map(Bytes::of).toArray(Bytes[]::new));
    }
}
