package io.ratiskv.keyspace;

/**
 * Who keeps book of when keys were asked for, and how often, on this node alone: no part of the state, and nothing in the
 * state depends on it. Called by whoever holds the state's lock, for every key that a request looks up.
 *
 * <p>A key is named by 64 bits, on all nodes the same, into which its database goes too; it may share what is known of
 * it with others.
 */
public interface Accesses {
    /** A request asked for the key. */
    void touched(long key);

    /** The key came to be. */
    void created(long key);

    /** For how long nobody asked for the key. */
    int idleSeconds(long key);

    /** How often it is asked for, as Redis counts: logarithmic, up to 255, fading with time. */
    int frequency(long key);
}
