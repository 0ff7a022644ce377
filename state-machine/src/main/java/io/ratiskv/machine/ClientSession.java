package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import java.util.List;

/**
 * What a client asked for under numbers of its own, and what it was answered first. Immutable; any thread.
 *
 * @param name the user and the name the client gave it
 * @param use a number that grows with each use of any session
 * @param usedAtMillis the log's time of that use
 * @param highest the highest number answered, 0 if there was none
 * @param forgotten up to this number replies were dropped: what was asked under it can not be told any more
 * @param answers sorted by number
 */
public record ClientSession(
        Bytes name, long use, long usedAtMillis, long highest, long forgotten, List<Answer> answers) {
    private static final int COST_BYTES = 160;
    private static final int ANSWER_COST_BYTES = 64;

    /**
     * The first reply under a number.
     *
     * @param fingerprint of the request, by which another request under the same number is told
     * @param reply as {@link ReplyCodec} writes it
     */
    public record Answer(long number, long fingerprint, Bytes reply) {}

    /** About what it takes in memory, the same on every replica. */
    long cost() {
        long cost = (long) COST_BYTES + name.length();
        for (Answer answer : answers) {
            cost += (long) ANSWER_COST_BYTES + answer.reply().length();
        }
        return cost;
    }
}
