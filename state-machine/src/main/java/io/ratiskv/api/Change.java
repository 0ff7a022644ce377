package io.ratiskv.api;

import java.util.List;

/**
 * One change of the state, as a typed handle made it: the only source of what follows from a change (keyspace events,
 * invalidation, wake-ups, what other regions are sent). Immutable; any thread.
 *
 * <p>It says what was meant, not what is stored: an increment carries its amount and the result, so that increments
 * of two regions can add up.
 */
public sealed interface Change {
    /**
     * A string took the place of whatever {@code key} held.
     *
     * @param keepsDeadline the deadline is the one that the key had
     */
    record StringPut(int database, Bytes key, Bytes value, long expireAtMillis, boolean keepsDeadline)
            implements Change {}

    record StringAppended(int database, Bytes key, Bytes tail) implements Change {}

    record StringRangePut(int database, Bytes key, long offset, Bytes patch) implements Change {}

    record StringIncremented(int database, Bytes key, long amount, long result) implements Change {}

    record StringIncrementedByDecimal(int database, Bytes key, Bytes amount, Bytes result) implements Change {}

    /** Bits of a string were written, one run after the other; it has {@code length} bytes now, zero where it grew. */
    record BitsPut(int database, Bytes key, int length, List<BitRun> runs) implements Change {}

    /** The lowest {@code width} bits of {@code value}, the highest of them at {@code offset} of a string. */
    record BitRun(long offset, int width, long value) {}

    /** What was made of the bits of other strings took the place of whatever {@code key} held, without a deadline. */
    record BitsCombined(int database, Bytes key, BitOperation operation) implements Change {}

    /** A counter of distinct elements has seen these. */
    record CounterAdded(int database, Bytes key, List<Bytes> elements) implements Change {}

    /** A counter of distinct elements has seen what those of other keys had. */
    record CountersMerged(int database, Bytes key, List<Bytes> sources) implements Change {}

    /** @param keepsDeadline whether the field has the deadline it had; else it has none */
    record HashFieldPut(int database, Bytes key, Bytes field, Bytes value, boolean keepsDeadline) implements Change {}

    record HashFieldIncremented(int database, Bytes key, Bytes field, long amount, long result) implements Change {}

    record HashFieldIncrementedByDecimal(int database, Bytes key, Bytes field, Bytes amount, Bytes result)
            implements Change {}

    record HashFieldRemoved(int database, Bytes key, Bytes field) implements Change {}

    record HashFieldDeadlineSet(int database, Bytes key, Bytes field, long expireAtMillis) implements Change {}

    record HashFieldDeadlineCleared(int database, Bytes key, Bytes field) implements Change {}

    /** The {@code count} fields whose deadlines came first are gone because these passed. */
    record HashFieldsExpired(int database, Bytes key, int count) implements Change {}

    /** Elements came to an end of a list, one after the other. */
    record ListPushed(int database, Bytes key, ListEnd end, List<Bytes> elements) implements Change {}

    record ListPopped(int database, Bytes key, ListEnd end, int count) implements Change {}

    /** An element stands at {@code index} now; what stood there and behind it has moved up. */
    record ListElementInserted(int database, Bytes key, int index, Bytes element) implements Change {}

    record ListElementSet(int database, Bytes key, int index, Bytes element) implements Change {}

    /** The first {@code count} elements from {@code end} that equal {@code element} are gone. */
    record ListElementsRemoved(int database, Bytes key, ListEnd end, Bytes element, int count) implements Change {}

    /** Of a list the elements {@code [from, to)} are left. */
    record ListTrimmed(int database, Bytes key, int from, int to) implements Change {}

    /** A list of {@code size} elements, not 0, made by sorting, took the place of whatever {@code key} held; its deadline is gone. */
    record ListSorted(int database, Bytes key, int size) implements Change {}

    /** These members are new to the set. */
    record SetMembersAdded(int database, Bytes key, List<Bytes> members) implements Change {}

    record SetMembersRemoved(int database, Bytes key, List<Bytes> members) implements Change {}

    /** As {@link SetMembersRemoved}, but chosen by luck. */
    record SetMembersPopped(int database, Bytes key, List<Bytes> members) implements Change {}

    /** A set made of others took the place of whatever {@code key} held, without a deadline. */
    record SetStored(int database, Bytes key, Algebra algebra) implements Change {}

    /** What was made of several sets. */
    enum Algebra {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    /**
     * A member of a sorted set has a score, which is another than before or the member's first.
     *
     * @param scoring what the score was made to win against
     */
    record ScorePut(int database, Bytes key, Bytes member, double score, Scoring scoring, boolean created)
            implements Change {}

    record ScoreIncremented(int database, Bytes key, Bytes member, double amount, double result, boolean created)
            implements Change {}

    record MembersUnscored(int database, Bytes key, List<Bytes> members, Unscoring unscoring) implements Change {}

    /** A sorted set of {@code size} members, not 0, took the place of whatever {@code key} held; its deadline is gone. */
    record SortedSetStored(int database, Bytes key, int size, SortedSetOrigin origin) implements Change {}

    /** An entry came to the end of a stream. */
    record StreamEntryAdded(int database, Bytes key, StreamId id, List<Bytes> fieldsAndValues) implements Change {}

    /** Entries of these ids are gone from a stream. */
    record StreamEntriesRemoved(int database, Bytes key, List<StreamId> ids) implements Change {}

    /** So many entries are gone from the beginning of a stream. */
    record StreamTrimmed(int database, Bytes key, long count) implements Change {}

    /** The next entry of a stream will be above {@code lastId}; its counters have other values. */
    record StreamIdSet(int database, Bytes key, StreamId lastId, long entriesAdded, StreamId maxDeletedId)
            implements Change {}

    /** How long and how many ids of producers a stream keeps. */
    record StreamProducersConfigured(int database, Bytes key, long durationMillis, int countMax) implements Change {}

    /** A producer was recognised, and nothing was added. */
    record StreamDuplicateMet(int database, Bytes key, StreamId id) implements Change {}

    /** A stream has a group, and was made for it if {@code created}. */
    record StreamGroupCreated(int database, Bytes key, Bytes group, StreamId lastDelivered, boolean created)
            implements Change {}

    record StreamGroupMoved(int database, Bytes key, Bytes group, StreamId lastDelivered) implements Change {}

    record StreamGroupRemoved(int database, Bytes key, Bytes group) implements Change {}

    record StreamConsumerCreated(int database, Bytes key, Bytes group, Bytes consumer) implements Change {}

    record StreamConsumerRemoved(int database, Bytes key, Bytes group, Bytes consumer) implements Change {}

    /** A consumer asked for entries. */
    record StreamConsumerSeen(int database, Bytes key, Bytes group, Bytes consumer, long nowMillis) implements Change {}

    /** Entries were delivered to a consumer, or handed over to it. */
    record StreamEntriesDelivered(int database, Bytes key, Bytes group, Bytes consumer, List<StreamId> ids)
            implements Change {}

    /** Entries are pending no more, in one group or, where {@code group} is empty, in any. */
    record StreamEntriesAcknowledged(int database, Bytes key, Bytes group, List<StreamId> ids) implements Change {}

    /** Entries are pending with no consumer. */
    record StreamEntriesReleased(int database, Bytes key, Bytes group, List<StreamId> ids) implements Change {}

    /** A key and all it held is gone because a request removed it, or its last member. */
    record KeyRemoved(int database, Bytes key) implements Change {}

    /** A key is gone because its deadline passed. */
    record KeyExpired(int database, Bytes key) implements Change {}

    /** A key is gone to make room for others. */
    record KeyEvicted(int database, Bytes key) implements Change {}

    record DeadlineSet(int database, Bytes key, long expireAtMillis) implements Change {}

    record DeadlineCleared(int database, Bytes key) implements Change {}

    /** {@code target} holds what {@code key} held, with its deadline; what it held before is gone. */
    record KeyRenamed(int database, Bytes key, Bytes target, ValueType type) implements Change {}

    /** {@code target} holds what {@code key} holds, with its deadline; what it held before is gone. */
    record KeyCopied(int database, Bytes key, int targetDatabase, Bytes target, ValueType type) implements Change {}

    /** A value that was brought along took the place of whatever {@code key} held, with this deadline. */
    record KeyRestored(int database, Bytes key, ValueType type, long expireAtMillis) implements Change {}

    record KeyMoved(int database, Bytes key, int targetDatabase, ValueType type) implements Change {}

    /** All keys of a database are gone; of all databases when {@code database} is -1. */
    record Flushed(int database) implements Change {}

    record DatabasesSwapped(int first, int second) implements Change {}

    /** Which of two scores of a member stays. */
    enum Scoring {
        LAST,
        GREATER,
        LESS
    }

    /** How members of a sorted set were chosen to be removed. */
    enum Unscoring {
        BY_NAME,
        BY_RANK,
        BY_SCORE,
        BY_STRING,
        LOWEST,
        HIGHEST
    }

    /** What a whole sorted set was made by. */
    enum SortedSetOrigin {
        UNION,
        INTERSECTION,
        DIFFERENCE,
        RANGE,
        GEO_RADIUS,
        GEO_SEARCH
    }
}
