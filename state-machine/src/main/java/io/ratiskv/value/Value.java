package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;

/**
 * What a key holds that is not a string in one array. Confined to whoever holds the state's lock, or part of a frozen view
 * and then read by any thread.
 *
 * <p>A changing method returns the value to store in place of the one it was called on, which is then no longer to be
 * used by its owner; what a frozen view holds is never changed.
 */
public sealed interface Value permits HashValue, ListValue, PagedString, SetValue, SortedSetValue, StreamValue {
    ValueType type();

    /** The shape in OBJECT ENCODING's words. */
    String encoding();

    /** Whether it has no member: then no key holds it. */
    boolean isEmpty();

    /** What it counts in the memory account beside its key, in bytes; the same for every shape. */
    long cost();

    /** Has memory fetched that a request with these words will most likely touch. Changes nothing. */
    default void expect(Bytes[] words, MemberPrefetch prefetch) {}
}
