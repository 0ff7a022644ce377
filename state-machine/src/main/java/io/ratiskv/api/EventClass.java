package io.ratiskv.api;

/** A kind of keyspace events, by the letter that {@code notify-keyspace-events} chooses it with. */
public enum EventClass {
    GENERIC('g'),
    STRING('$'),
    LIST('l'),
    SET('s'),
    HASH('h'),
    SORTED_SET('z'),
    EXPIRED('x'),
    EVICTED('e'),
    STREAM('t'),
    /** Of what modules add to Redis. */
    MODULE('d'),
    /** A key came to be. */
    NEW('n'),
    /** A read found no key. */
    KEY_MISS('m');

    private final char letter;

    EventClass(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }
}
