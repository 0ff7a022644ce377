package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/** A set as its readers see it. As {@link Value}. */
public interface Members extends Iterable<Bytes> {
    int size();

    boolean contains(Bytes member);
}
