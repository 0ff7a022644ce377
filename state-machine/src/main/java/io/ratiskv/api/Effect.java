package io.ratiskv.api;

/** What an entry caused beside its replies, for the shell to act on. Immutable; any thread. */
public sealed interface Effect {
    /**
     * A key can now serve blocked clients: {@code count} elements were added, or the key came with all it holds, and
     * {@code count} is {@link Integer#MAX_VALUE}. Nobody may wait for a key of its type.
     */
    record KeyReady(int database, Bytes key, ValueType type, int count) implements Effect {}

    /** As {@link KeyReady}, of every key of a database, whatever its type. */
    record AllReady(int database) implements Effect {}

    /** A key holds no stream any more, or its stream has a group less: who reads for a group must hear of it. */
    record GroupsLost(int database, Bytes key) implements Effect {}

    /** As {@link GroupsLost}, of every key of a database, {@code database} -1 for all. */
    record AllGroupsLost(int database) implements Effect {}

    /**
     * A key changed: trackers of it are told.
     *
     * @param unit which of the entry's units did it; {@link #NOBODY} where that is not known or it was none
     */
    record Invalidated(int database, Bytes key, int unit) implements Effect {}

    /** No unit of the entry. */
    int NOBODY = -1;

    /** Every key of a database changed at once, {@code database} -1 for all. */
    record AllInvalidated(int database) implements Effect {}

    /**
     * A keyspace event of a class that {@code notify-keyspace-events} chooses.
     *
     * @param byKey to be told on the key's channel
     * @param byEvent to be told on the event's channel
     */
    record Notified(int database, KeyEvent event, Bytes key, boolean byKey, boolean byEvent) implements Effect {}

    /** A message to a channel, from inside a script. */
    record Published(Bytes channel, Bytes message) implements Effect {}

    /** A node opened its gateway at this entry. */
    record GatewayOpened(String node, long incarnation, long epoch, String respAddress, String httpAddress)
            implements Effect {}

    /** A replicated setting took a new value. */
    record Configured(String name, Bytes value) implements Effect {}

    /** A user was made or changed, or removed. */
    record UserChanged(Bytes name, boolean removed) implements Effect {}

    /** Users are other than before, which ones is not known. */
    record UsersReplaced() implements Effect {}

    /** The state's digest is wanted as of this entry. */
    record DigestWanted(long index) implements Effect {}
}
