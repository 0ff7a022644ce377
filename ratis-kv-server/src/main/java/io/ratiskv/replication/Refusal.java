package io.ratiskv.replication;

import org.jspecify.annotations.Nullable;

/** Why an entry did not go into the log, by what the submitter may conclude. Immutable. */
public sealed interface Refusal {
    /**
     * Nothing was appended: another node leads.
     *
     * @param leader its id as far as is known
     */
    record NotLeader(@Nullable String leader) implements Refusal {}

    /** Nothing was appended: too much is pending. */
    record Overloaded() implements Refusal {}

    /** Nothing was appended: the leader's disk is as good as full. */
    record NoSpace() implements Refusal {}

    /** It may have been appended and may still be applied, by this leader or a later one. */
    record Indeterminate(String reason) implements Refusal {}
}
