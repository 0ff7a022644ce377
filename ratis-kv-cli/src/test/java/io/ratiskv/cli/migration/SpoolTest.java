package io.ratiskv.cli.migration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class SpoolTest {
    @Test
    void what_one_thread_appends_the_other_reads() throws Exception {
        byte[] bytes = new byte[3 << 20];
        new SplittableRandom(1).nextBytes(bytes);
        try (Spool spool = new Spool()) {
            FutureTask<Void> appending = new FutureTask<>(() -> {
                SplittableRandom random = new SplittableRandom(2);
                for (int at = 0; at < bytes.length; ) {
                    int count = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
                    spool.append(bytes, at, count);
                    at += count;
                }
                return null;
            });
            Thread.ofVirtual().start(appending);
            Spool.Reader reader = spool.reader();
            assertArrayEquals(bytes, reader.readNBytes(bytes.length));
            appending.get();
            assertFalse(reader.await(0));
        }
    }

    @Test
    void what_came_before_the_end_is_read_and_then_why_it_ended() throws Exception {
        try (Spool spool = new Spool()) {
            IOException end = new IOException("over");
            spool.append(new byte[] {7}, 0, 1);
            spool.end(end);
            Spool.Reader reader = spool.reader();
            assertTrue(reader.await(0));
            assertEquals(7, reader.read());
            assertTrue(reader.await(0));
            assertSame(end, assertThrows(IOException.class, reader::read));
        }
    }
}
