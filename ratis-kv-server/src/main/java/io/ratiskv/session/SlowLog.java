package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The requests that took long from dispatch to reply, newest first: SLOWLOG. Confined to the event loop.
 *
 * <p>The requests of one run are answered together and share its time, so of a run only the first few are kept.
 */
final class SlowLog {
    static final int UNITS_OF_A_RUN_MAX = 4;

    private static final int WORDS_MAX = 32;
    private static final int WORD_BYTES_MAX = 128;

    private final Deque<Reply> entries = new ArrayDeque<>();
    private long thresholdMicros;
    private int lengthMax;
    private long nextId;

    /**
     * @param thresholdMicros -1 records nothing, 0 everything
     * @param lengthMax how many are kept
     */
    SlowLog(long thresholdMicros, int lengthMax) {
        this.thresholdMicros = thresholdMicros;
        this.lengthMax = lengthMax;
    }

    boolean records(long micros) {
        return thresholdMicros >= 0 && micros >= thresholdMicros && lengthMax > 0;
    }

    void add(Session session, Unit unit, long micros) {
        Bytes[] words = switch (unit) {
            case Unit.Single single -> single.request().words();
            case Unit.Transaction transaction -> new Bytes[] {Bytes.of("EXEC")};
        };
        entries.addFirst(Reply.array(List.of(
                Reply.of(nextId++),
                Reply.of(session.sessions().nowMillis() / 1000),
                Reply.of(micros),
                Reply.array(shortened(words)),
                Reply.bulk(session.outlet().remoteAddress()),
                Reply.bulk(session.state().name()))));
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    private static List<Reply> shortened(Bytes[] words) {
        List<Reply> shown = new ArrayList<>();
        int count = Math.min(words.length, words.length > WORDS_MAX ? WORDS_MAX - 1 : WORDS_MAX);
        for (int i = 0; i < count; i++) {
            int more = words[i].length() - WORD_BYTES_MAX;
            shown.add(
                    more <= 0
                            ? Reply.bulk(words[i].owned())
                            : Reply.bulk(words[i].slice(0, WORD_BYTES_MAX).latin1() + "... (" + more + " more bytes)"));
        }
        if (count < words.length) {
            shown.add(Reply.bulk("... (" + (words.length - count) + " more arguments)"));
        }
        return shown;
    }

    /** The newest {@code count}; all when negative. */
    List<Reply> newest(long count) {
        return entries.stream().limit(count < 0 ? Long.MAX_VALUE : count).toList();
    }

    int size() {
        return entries.size();
    }

    void clear() {
        entries.clear();
    }

    long thresholdMicros() {
        return thresholdMicros;
    }

    void thresholdMicros(long micros) {
        thresholdMicros = micros;
    }

    int lengthMax() {
        return lengthMax;
    }

    void lengthMax(int length) {
        lengthMax = length;
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }
}
