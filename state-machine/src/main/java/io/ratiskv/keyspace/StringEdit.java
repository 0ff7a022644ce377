package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.collect.Pages;

/** A string while it is written, which is to be stored before anything else is asked or changed. Confined as its handle. */
public interface StringEdit extends Pages {
    /** Writes bytes at {@code offset}, not beyond the length. */
    void write(int offset, Bytes bytes);

    /** Puts the string in place of what the key held. */
    void store(Change change);
}
