package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.util.AwaitToRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lock of a log that is closed while its cache is to be evicted, in Ratis' own order. */
@Timeout(60)
class ServerClosingTest {
    private final ReentrantReadWriteLock log = new ReentrantReadWriteLock(/* fair= */ true);
    private final CountDownLatch evicts = new CountDownLatch(1);
    private final CountDownLatch evicted = new CountDownLatch(1);

    @Test
    void a_log_that_waits_for_who_waits_for_its_lock_is_closed() throws Exception {
        AwaitToRun eviction = new AwaitToRun("test", () -> {
            evicts.countDown();
            log.writeLock().lock();
            try {
                evicted.countDown();
            } finally {
                log.writeLock().unlock();
            }
        });
        eviction.start();
        Thread closer = Thread.ofPlatform().daemon().start(() -> {
            log.writeLock().lock();
            try {
                // A signal given before the thread waits for one is lost: AwaitForSignal keeps none.
                do eviction.signal();
                while (!evicts.await(1, TimeUnit.MILLISECONDS));
                eviction.close();
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            } finally {
                log.writeLock().unlock();
            }
        });
        while (!closer.join(Duration.ofMillis(10))) ServerClosing.release();
        assertTrue(evicted.await(1, TimeUnit.MINUTES));
    }
}
