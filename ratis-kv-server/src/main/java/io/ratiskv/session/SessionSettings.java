package io.ratiskv.session;

/**
 * What sessions are started with. Immutable.
 *
 * @param transactionBytesMax what MULTI may queue on one connection
 * @param slowlogMicros from dispatch to reply, from which a request is recorded; -1 none, 0 all
 * @param slowlogLengthMax how many are kept
 */
public record SessionSettings(long transactionBytesMax, long slowlogMicros, int slowlogLengthMax) {
    /** Redis' defaults. */
    public static SessionSettings defaults() {
        return new SessionSettings(Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8), 10_000, 128);
    }
}
