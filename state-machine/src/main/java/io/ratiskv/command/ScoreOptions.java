package io.ratiskv.command;

import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;

/**
 * What stands between key and scores in ZADD. Immutable.
 *
 * @param ifAbsent only members that are new
 * @param ifPresent only members that are not new
 * @param scoring which score of a member that is not new stays
 * @param countsUpdated the reply counts new scores beside new members
 * @param increments scores are added to those there are
 */
record ScoreOptions(
        boolean ifAbsent, boolean ifPresent, Change.Scoring scoring, boolean countsUpdated, boolean increments) {
    /** Takes what are options of the call's next words; a pair of score and member stands behind them at least. */
    static ScoreOptions parse(Call call, boolean alwaysIncrements) {
        boolean ifAbsent = false;
        boolean ifPresent = false;
        boolean greater = false;
        boolean less = false;
        boolean countsUpdated = false;
        boolean increments = alwaysIncrements;
        while (true) {
            if (call.accept("NX")) {
                ifAbsent = true;
            } else if (call.accept("XX")) {
                ifPresent = true;
            } else if (call.accept("CH")) {
                countsUpdated = true;
            } else if (call.accept("INCR")) {
                increments = true;
            } else if (call.accept("GT")) {
                greater = true;
            } else if (call.accept("LT")) {
                less = true;
            } else {
                break;
            }
        }
        if (call.remaining() == 0 || call.remaining() % 2 != 0) {
            throw CommandException.syntax();
        }
        if (ifAbsent && ifPresent) {
            throw new CommandException("ERR XX and NX options at the same time are not compatible");
        }
        if (greater && ifAbsent || less && ifAbsent || greater && less) {
            throw new CommandException("ERR GT, LT, and/or NX options at the same time are not compatible");
        }
        if (increments && call.remaining() > 2) {
            throw new CommandException("ERR INCR option supports a single increment-element pair");
        }
        Change.Scoring scoring = greater ? Change.Scoring.GREATER : less ? Change.Scoring.LESS : Change.Scoring.LAST;
        return new ScoreOptions(ifAbsent, ifPresent, scoring, countsUpdated, increments);
    }

    /** Whether {@code score} takes the place of the one that is there. */
    boolean wins(double score, double present) {
        return switch (scoring) {
            case LAST -> true;
            case GREATER -> score > present;
            case LESS -> score < present;
        };
    }
}
