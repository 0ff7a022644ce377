package io.ratiskv.session;

import io.ratiskv.api.Reply;
import java.util.Map;
import java.util.TreeMap;

/** Error replies by their code: INFO errorstats. Confined to the event loop. */
final class ErrorCounts {
    /** More codes than this are a client's or a script's invention. */
    private static final int CODES_MAX = 128;

    private final Map<String, Long> byCode = new TreeMap<>();
    private long total;

    void count(Reply.Failure failure) {
        total++;
        String code = failure.code();
        if (byCode.size() < CODES_MAX || byCode.containsKey(code)) {
            byCode.merge(code, 1L, Long::sum);
        }
    }

    long total() {
        return total;
    }

    Map<String, Long> byCode() {
        return byCode;
    }

    void reset() {
        byCode.clear();
        total = 0;
    }
}
