package io.ratiskv.cli.load;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of a load. Nobody changes the histograms any more.
 *
 * @param seconds from the first operation that counts to the last reply
 * @param repeats operations that were sent again because they had not happened, or only read
 * @param setNanos how long SETs took that were done
 * @param getNanos how long GETs took that were done
 * @param perSecond operations that were done, second by second
 * @param errors what was said, and how often
 */
public record Measured(
        double seconds,
        Map<Outcome, Long> outcomes,
        long repeats,
        Histogram setNanos,
        Histogram getNanos,
        List<Long> perSecond,
        Map<String, Long> errors) {

    public long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** Operations done. */
    public double perSecondMean() {
        return seconds == 0 ? 0 : count(Outcome.OK) / seconds;
    }
}
