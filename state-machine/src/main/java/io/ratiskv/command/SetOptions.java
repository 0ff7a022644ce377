package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.Keyspace;
import org.jspecify.annotations.Nullable;

/**
 * What follows key and value in SET. Immutable.
 *
 * @param comparison what is asked of the old string, null if nothing is; never beside a condition
 * @param returnsOld the old value is the reply
 * @param expireAtMillis as {@link Keyspace#put} takes it
 */
record SetOptions(Condition condition, @Nullable StringComparison comparison, boolean returnsOld, long expireAtMillis) {
    private static final SetOptions NONE = new SetOptions(Condition.ALWAYS, null, false, Deadline.NONE);

    /** When SET takes effect. */
    enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT
    }

    /** Takes the rest of the call's words. */
    static SetOptions parse(Call call) {
        if (!call.hasMore()) {
            return NONE;
        }
        Condition condition = Condition.ALWAYS;
        @Nullable StringComparison comparison = null;
        boolean returnsOld = false;
        Expiry.Option expiry = Expiry.Option.ABSENT;
        while (call.hasMore()) {
            if (call.accept("GET")) {
                returnsOld = true;
                continue;
            }
            Expiry.Option taken = Expiry.Option.take(call, "KEEPTTL");
            if (!taken.isAbsent()) {
                expiry = expiry.and(taken);
                continue;
            }
            if (comparison != null) {
                throw CommandException.syntax();
            }
            comparison = condition == Condition.ALWAYS ? StringComparison.take(call) : null;
            condition = comparison == null ? takeCondition(call, condition) : condition;
        }
        long deadline = expiry.isAbsent() ? Deadline.NONE : expiry.deadline(call);
        return new SetOptions(condition, comparison, returnsOld, deadline);
    }

    /** The same again changes nothing. */
    private static Condition takeCondition(Call call, Condition before) {
        if (before != Condition.IF_PRESENT && call.accept("NX")) {
            return Condition.IF_ABSENT;
        }
        if (before != Condition.IF_ABSENT && call.accept("XX")) {
            return Condition.IF_PRESENT;
        }
        throw CommandException.syntax();
    }

    boolean looksAtOld() {
        return returnsOld || comparison != null;
    }

    /** Whether the string is to be put; {@code old} is the string there is, if {@link #looksAtOld()}. */
    boolean permits(Keyspace keyspace, Bytes key, @Nullable Bytes old) {
        if (comparison != null) {
            return old == null ? comparison.holdsWithoutString() : comparison.holds(old);
        }
        return switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> !keyspace.exists(key);
            case IF_PRESENT -> keyspace.exists(key);
        };
    }
}
