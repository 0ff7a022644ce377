package io.ratiskv.api;

import java.util.List;

/**
 * What a request is answered with, in the terms of RESP3; the encoder of a RESP2 connection turns it down. Immutable;
 * any thread.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP specification</a>.
 */
public sealed interface Reply {
    Reply OK = new Simple("OK");
    Reply QUEUED = new Simple("QUEUED");
    Reply PONG = new Simple("PONG");
    Reply NULL = new Null(false);
    /** RESP2 tells a missing array from a missing string. */
    Reply NULL_ARRAY = new Null(true);

    Reply EMPTY_ARRAY = new Array(List.of());

    /** A status without line breaks. */
    record Simple(String text) implements Reply {}

    /** An error; the first word of {@code text} is its code. */
    record Failure(String text) implements Reply {
        public String code() {
            int space = text.indexOf(' ');
            return space < 0 ? text : text.substring(0, space);
        }
    }

    record Int(long value) implements Reply {}

    record Bulk(Bytes value) implements Reply {}

    record Null(boolean array) implements Reply {}

    record Array(List<Reply> elements) implements Reply {}

    /** Keys and values in turn; a flat array in RESP2. */
    record Map(List<Reply> keysAndValues) implements Reply {}

    /** An array in RESP2. */
    record Set(List<Reply> elements) implements Reply {}

    /** A string of Redis' format in RESP2. */
    record Decimal(double value) implements Reply {}

    /** 1 or 0 in RESP2. */
    record Bool(boolean value) implements Reply {}

    /** A string in RESP2. */
    record BigNumber(String digits) implements Reply {}

    /**
     * A text with its format, a string in RESP2.
     *
     * @param format three letters, {@code txt} or {@code mkd}
     */
    record Verbatim(String format, Bytes text) implements Reply {}

    /** Out of band; an array in RESP2. */
    record Push(List<Reply> elements) implements Reply {}

    /**
     * None yet: what was asked for is not there. Nothing was taken, and the state knows nothing of who waits; whoever
     * took the request may apply it again when one of the keys is {@linkplain Effect.KeyReady ready}. Never part of
     * another reply: in a transaction the request is answered {@code refused}.
     *
     * @param again what to apply then: the request, with what it meant by the present spelled out
     * @param keys of the request's database, any of which may serve it
     * @param awaited what it waits for at them
     * @param timeoutMillis how long to wait before the answer is {@link #NULL_ARRAY}; 0 for ever
     * @param refused what the request is answered where it must not wait
     */
    record Blocked(Request again, List<Bytes> keys, Awaited awaited, long timeoutMillis, Reply refused)
            implements Reply {}

    /** What a blocked request waits for: who else waits for the same, and who is served by it. */
    sealed interface Awaited {
        /** An element of a key of this type: one serves one of those who wait. */
        record Element(ValueType type) implements Awaited {}

        /** Entries of a stream: one serves all who wait. */
        record Entries() implements Awaited {}

        /** Entries of a stream: one serves one of those who wait for their group. The wait ends with the group. */
        record GroupEntries(Bytes group) implements Awaited {}
    }

    static Reply of(long value) {
        return value >= 0 && value < SmallIntegers.CACHE.length ? SmallIntegers.CACHE[(int) value] : new Int(value);
    }

    static Reply of(boolean value) {
        return of(value ? 1L : 0L);
    }

    static Reply bulk(Bytes value) {
        return new Bulk(value);
    }

    static Reply bulk(String text) {
        return new Bulk(Bytes.of(text));
    }

    static Reply bulkOrNull(@org.jspecify.annotations.Nullable Bytes value) {
        return value == null ? NULL : new Bulk(value);
    }

    static Reply array(List<Reply> elements) {
        return new Array(elements);
    }

    static Reply error(String text) {
        return new Failure(text);
    }
}
