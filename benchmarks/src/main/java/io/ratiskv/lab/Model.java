package io.ratiskv.lab;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.machine.KeyValueStateMachine;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one key may answer: the state machine itself, a step at a time. A state is what {@code DUMP} makes of the key, so
 * two ways to it are one. One thread.
 */
final class Model {
    /** The key is absent. */
    static final Bytes EMPTY = Bytes.of("");

    private static final long NOW_MILLIS = 1_000;

    /** @param reply as {@link Replies} writes it */
    record Step(String reply, Bytes after) {}

    private record Question(Bytes before, List<String> words) {}

    private final Map<Question, Step> known = new HashMap<>();

    Step step(Bytes before, List<String> words) {
        return known.computeIfAbsent(new Question(before, words), Model::compute);
    }

    private static Step compute(Question question) {
        String key = question.words().get(1);
        KeyValueStateMachine machine = new KeyValueStateMachine();
        if (!question.before().equals(EMPTY)) {
            machine.apply(
                    new Request(0, 2, Request.DEFAULT_USER, new Bytes[] {
                        Bytes.of("RESTORE"), Bytes.of(key), Bytes.of("0"), question.before()
                    }),
                    NOW_MILLIS);
        }
        Reply reply = machine.apply(Request.of(question.words().toArray(String[]::new)), NOW_MILLIS);
        Reply after = machine.apply(Request.of("DUMP", key), NOW_MILLIS);
        return new Step(
                canonical(question.words(), Replies.text(reply)),
                after instanceof Reply.Bulk dump ? dump.value().owned() : EMPTY);
    }

    /** The order in which a set tells its members says nothing. */
    static String canonical(List<String> words, String reply) {
        if (!words.getFirst().equals("SMEMBERS") || reply.length() < 3) {
            return reply;
        }
        String members = reply.substring(1, reply.length() - 1);
        return "[" + String.join(",", new TreeSet<>(Arrays.asList(members.split(",", -1)))) + "]";
    }
}
