package io.ratiskv.api;

import java.util.Arrays;
import java.util.List;

/**
 * One invocation of a command: its words as they came from the wire, and what the connection had chosen when it was
 * dispatched. Immutable; any thread.
 *
 * @param database 0 to 15
 * @param protocol 2 or 3: some commands shape their reply after the RESP version. Not in the log: only the gateway
 *     builds replies
 * @param user the name the connection was authenticated as, for access rules
 * @param words command name first; at least one; nobody writes the array any more
 * @param session what the client calls the series its ONCE belongs to; empty for other requests
 */
@SuppressWarnings("ArrayRecordComponent") // the hot path: equality by content is defined below
public record Request(int database, int protocol, Bytes user, Bytes[] words, Bytes session) {
    public static final Bytes DEFAULT_USER = Bytes.of("default");

    /** What a node itself asks for, whatever rules there are; no client is ever authenticated by it. */
    public static final Bytes NO_USER = Bytes.EMPTY;

    public Request {
        if (words.length == 0) {
            throw new IllegalArgumentException("a request has at least its command's name");
        }
    }

    public Request(int database, int protocol, Bytes user, Bytes[] words) {
        this(database, protocol, user, words, Bytes.EMPTY);
    }

    /** A request of the default user to database 0 over RESP2, for tests and embedding. */
    public static Request of(String... words) {
        return new Request(
                0, 2, DEFAULT_USER, Arrays.stream(words).map(Bytes::of).toArray(Bytes[]::new));
    }

    /** The same for other words. */
    public Request with(Bytes[] otherWords) {
        return new Request(database, protocol, user, otherWords, session);
    }

    /** The same of another database. */
    public Request inDatabase(int other) {
        return new Request(other, protocol, user, words, session);
    }

    /** The same in a session. */
    public Request in(Bytes aSession) {
        return new Request(database, protocol, user, words, aSession);
    }

    public Bytes name() {
        return words[0];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Request that
                && database == that.database
                && protocol == that.protocol
                && user.equals(that.user)
                && session.equals(that.session)
                && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(words) + database;
    }

    @Override
    public String toString() {
        return database + ":" + List.of(words);
    }
}
