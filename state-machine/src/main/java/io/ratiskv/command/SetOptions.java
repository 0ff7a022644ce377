package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.Keyspace;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What follows key and value in SET. Immutable.
 *
 * @param comparison what the old value is compared with, null unless the condition compares
 * @param returnsOld the old value is the reply
 * @param expireAtMillis as {@link Keyspace#put} takes it
 */
record SetOptions(Condition condition, @Nullable Bytes comparison, boolean returnsOld, long expireAtMillis) {
    private static final SetOptions NONE = new SetOptions(Condition.ALWAYS, null, false, Deadline.NONE);

    /** When SET takes effect. */
    enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT,
        IF_EQUAL,
        IF_NOT_EQUAL
    }

    /** Takes the rest of the call's words. */
    static SetOptions parse(Call call) {
        if (!call.hasMore()) {
            return NONE;
        }
        Condition condition = Condition.ALWAYS;
        @Nullable Bytes comparison = null;
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
            Condition next = takeCondition(call);
            boolean again = next == condition && comparison == null;
            if (condition != Condition.ALWAYS && !again) {
                throw CommandException.syntax();
            }
            condition = next;
            boolean compares = next == Condition.IF_EQUAL || next == Condition.IF_NOT_EQUAL;
            comparison = compares ? call.take() : null;
        }
        long deadline = expiry.isAbsent() ? Deadline.NONE : expiry.deadline(call);
        return new SetOptions(condition, comparison, returnsOld, deadline);
    }

    private static Condition takeCondition(Call call) {
        if (call.accept("NX")) {
            return Condition.IF_ABSENT;
        }
        if (call.accept("XX")) {
            return Condition.IF_PRESENT;
        }
        if (call.acceptWithValue("IFEQ")) {
            return Condition.IF_EQUAL;
        }
        if (call.acceptWithValue("IFNE")) {
            return Condition.IF_NOT_EQUAL;
        }
        throw CommandException.syntax();
    }

    boolean looksAtOld() {
        return returnsOld || comparison != null;
    }

    /** Whether the string is to be put; {@code old} is the string there is, if {@link #looksAtOld()}. */
    boolean permits(Keyspace keyspace, Bytes key, @Nullable Bytes old) {
        return switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> !keyspace.exists(key);
            case IF_PRESENT -> keyspace.exists(key);
            case IF_EQUAL -> old != null && Objects.equals(old, comparison);
            case IF_NOT_EQUAL -> old == null || !Objects.equals(old, comparison);
        };
    }
}
