package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.replication.Run;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * The requests that took long from dispatch to reply, newest first: SLOWLOG. Confined to the event loop, but for {@link
 * #newest}.
 *
 * <p>The requests of one run are answered together and share its time, so of a run only the first few are kept. What
 * the session answers itself never is: AUTH, HELLO and CONFIG SET, whose words may be secrets, among it. Those of ACL
 * SETUSER are masked.
 */
final class SlowLog {
    static final int UNITS_OF_A_RUN_MAX = 4;

    private static final int WORDS_MAX = 32;
    private static final int WORD_BYTES_MAX = 128;

    private final Deque<SlowRequest> entries = new ConcurrentLinkedDeque<>();
    private int size;
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

    /** @param nowNanos when the run, of which it is a unit, was answered */
    void add(Session session, Unit unit, Run run, long nowNanos) {
        Bytes[] words = switch (unit) {
            case Unit.Single single -> shown(session, single.request());
            case Unit.Transaction transaction -> new Bytes[] {Bytes.of("EXEC")};
        };
        Run.Times times = run.times(nowNanos);
        entries.addFirst(new SlowRequest(
                nextId++,
                session.sessions().nowMillis(),
                TimeUnit.NANOSECONDS.toMicros(times.totalNanos()),
                TimeUnit.NANOSECONDS.toMicros(times.queueNanos()),
                TimeUnit.NANOSECONDS.toMicros(times.commitNanos()),
                TimeUnit.NANOSECONDS.toMicros(times.applyNanos()),
                shortened(words),
                session.outlet().remoteAddress(),
                session.state().name().utf8()));
        size++;
        dropOldest();
    }

    private static Bytes[] shown(Session session, Request request) {
        Binding binding = session.sessions().bindings().resolve(request);
        return Secrets.masked(binding.command(), request.words());
    }

    private void dropOldest() {
        for (; size > lengthMax; size--) {
            entries.removeLast();
        }
    }

    private static List<Bytes> shortened(Bytes[] words) {
        List<Bytes> shown = new ArrayList<>();
        int count = Math.min(words.length, words.length > WORDS_MAX ? WORDS_MAX - 1 : WORDS_MAX);
        for (int i = 0; i < count; i++) {
            shown.add(shortened(words[i]));
        }
        if (count < words.length) {
            shown.add(Bytes.of("... (" + (words.length - count) + " more arguments)"));
        }
        return List.copyOf(shown);
    }

    private static Bytes shortened(Bytes word) {
        int more = word.length() - WORD_BYTES_MAX;
        if (more <= 0) {
            return word.owned();
        }
        Bytes tail = Bytes.of("... (" + more + " more bytes)");
        byte[] shown = new byte[WORD_BYTES_MAX + tail.length()];
        word.slice(0, WORD_BYTES_MAX).copyTo(shown, 0);
        tail.copyTo(shown, WORD_BYTES_MAX);
        return Bytes.wrap(shown);
    }

    /** The newest {@code count}; all when negative. Any thread. */
    List<SlowRequest> newest(long count) {
        return entries.stream().limit(count < 0 ? Long.MAX_VALUE : count).toList();
    }

    int size() {
        return size;
    }

    void clear() {
        entries.clear();
        size = 0;
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
        dropOldest();
    }
}
