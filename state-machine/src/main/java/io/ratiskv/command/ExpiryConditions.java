package io.ratiskv.command;

import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.Deadline;

/**
 * NX, XX, GT, LT: when a deadline takes the place of the one there is. Immutable.
 *
 * @param absent only if there is none
 * @param present only if there is one
 * @param later only if it comes later
 * @param sooner only if it comes sooner
 */
record ExpiryConditions(boolean absent, boolean present, boolean later, boolean sooner) {
    private static final ExpiryConditions NONE = new ExpiryConditions(false, false, false, false);

    /** Takes the rest of the call's words. */
    static ExpiryConditions takeAll(Call call) {
        boolean absent = false;
        boolean present = false;
        boolean later = false;
        boolean sooner = false;
        while (call.hasMore()) {
            ExpiryConditions next = takeOne(call);
            if (next.equals(NONE)) {
                throw Errors.unsupportedOption(call.take());
            }
            absent |= next.absent;
            present |= next.present;
            later |= next.later;
            sooner |= next.sooner;
        }
        if (absent && (present || later || sooner)) {
            throw new CommandException("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (later && sooner) {
            throw new CommandException("ERR GT and LT options at the same time are not compatible");
        }
        return new ExpiryConditions(absent, present, later, sooner);
    }

    /** Takes one condition if one is next. */
    static ExpiryConditions takeOne(Call call) {
        if (call.accept("NX")) {
            return new ExpiryConditions(true, false, false, false);
        }
        if (call.accept("XX")) {
            return new ExpiryConditions(false, true, false, false);
        }
        if (call.accept("GT")) {
            return new ExpiryConditions(false, false, true, false);
        }
        if (call.accept("LT")) {
            return new ExpiryConditions(false, false, false, true);
        }
        return NONE;
    }

    /** What has no deadline counts as living for ever. */
    boolean permit(long current, long next) {
        boolean forever = current == Deadline.NONE;
        return (!absent || forever)
                && (!present || !forever)
                && (!later || !forever && next > current)
                && (!sooner || forever || next < current);
    }
}
