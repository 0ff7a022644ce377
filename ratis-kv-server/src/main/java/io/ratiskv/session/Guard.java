package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import org.jspecify.annotations.Nullable;

/** Who may use the node, whichever way they come. Any thread. */
public interface Guard {
    /** Whether who says nothing is the default user. */
    boolean isOpen();

    /** Compares in a time that tells nothing of the passwords. */
    boolean accepts(Bytes user, Bytes password);

    /**
     * Why a user may not have these words run, as an error for the client.
     *
     * @return null if it is allowed
     */
    @Nullable
    String refusal(Bytes user, String... words);
}
