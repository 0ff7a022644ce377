package io.ratiskv.peer;

/** The bounds of a link, each with its reason. */
final class Limits {
    /** Entries have at most 1 MiB, so a batch with its framing stays well below. */
    static final int MESSAGE_BYTES_MAX = 2 << 20;

    /** What waits to be sent to a node before its link is given up: far more than a gateway has in flight. */
    static final int UNSENT_BYTES_MAX = 32 << 20;

    /** What may be on the way unread, per link: a fast and distant network needs bandwidth times delay. */
    static final int WINDOW_BYTES = 4 << 20;

    static final long TICK_MILLIS = 250;

    /**
     * A node that was silent for more turns of the clock is taken for dead: 2 seconds. Only a node that vanished without
     * closing its connections is found out this way; a killed process is known at once. Less would take a busy, cold
     * process for a dead one.
     */
    static final int SILENT_TICKS_MAX = 8;

    /** As long may connecting and Hello take: a cold process under load needs a second for its first TLS handshake. */
    static final int HELLO_TICKS_MAX = 12;

    /** When the other node has just reached us, an attempt older than this is begun anew. */
    static final int STUCK_TICKS = 2;

    /** Between attempts to reach a node: doubling from the one to the other. A node that comes up calls by itself. */
    static final long BACKOFF_MIN_MILLIS = 25;

    static final long BACKOFF_MAX_MILLIS = 100;

    /** After a refusal, which only an operator can end. */
    static final long REFUSED_BACKOFF_MILLIS = 2_000;

    /**
     * Less than the second after which TCP asks again, so that a network that heals is noticed sooner. No way between two
     * nodes may be longer than this, to and fro.
     */
    static final int CONNECT_TIMEOUT_MILLIS = 500;

    static final int HANDSHAKE_TIMEOUT_SECONDS = 5;

    private Limits() {}
}
