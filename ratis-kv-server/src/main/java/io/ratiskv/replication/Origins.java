package io.ratiskv.replication;

import org.jspecify.annotations.Nullable;

/** Who of this node's clients asked for the units of an entry. Any thread. */
public interface Origins {
    /** Nobody here did. */
    Origins NOBODY = unit -> null;

    /** @param unit its number, or {@link io.ratiskv.api.Effect#NOBODY} */
    Run.@Nullable Owner of(int unit);
}
