package io.ratiskv.cli.load;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the clients of one run share. Any thread.
 *
 * @param places not empty
 * @param ended how many operations have
 * @param connected counted down by each client once it has connected, or could not
 * @param done counted down by each client once there are no more operations for it
 */
record Run(
        Load load,
        List<Place> places,
        long seed,
        Schedule schedule,
        LongAdder ended,
        CountDownLatch connected,
        CountDownLatch done) {
    static Run of(Load load, List<Place> places, long seed) {
        return new Run(
                load,
                places,
                seed,
                new Schedule(load),
                new LongAdder(),
                new CountDownLatch(load.clients()),
                new CountDownLatch(load.clients()));
    }
}
