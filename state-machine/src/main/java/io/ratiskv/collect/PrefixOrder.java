package io.ratiskv.collect;

import java.util.Comparator;

/**
 * An order that 64 bits of an element mostly decide: a tree keeps them beside its branches, and a search goes to elements,
 * which lie scattered in memory, only where they are equal.
 */
public interface PrefixOrder<E> extends Comparator<E> {
    /** An element with a smaller one, as a signed number, is smaller. */
    long prefix(E element);
}
