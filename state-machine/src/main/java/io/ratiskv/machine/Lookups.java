package io.ratiskv.machine;

/**
 * What reads found. Immutable.
 *
 * @param hits how often a key
 * @param misses how often none
 */
public record Lookups(long hits, long misses) {
    public static final Lookups NONE = new Lookups(0, 0);

    public Lookups plus(Lookups other) {
        return new Lookups(hits + other.hits, misses + other.misses);
    }

    public Lookups minus(Lookups other) {
        return new Lookups(hits - other.hits, misses - other.misses);
    }
}
