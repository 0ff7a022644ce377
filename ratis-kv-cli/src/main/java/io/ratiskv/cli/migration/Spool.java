package io.ratiskv.cli.migration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one thread to another through a temporary file, which takes as much as the disk does, and is
 * emptied whenever all was read. One thread appends, one reads.
 */
final class Spool implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final FileChannel file;
    /** Guarded by this, as all below. */
    private long appended;

    private long read;
    private @Nullable IOException failure;

    Spool() throws IOException {
        Path path = Files.createTempFile("raft-cli-import-", ".spool");
        file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    synchronized void append(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) appended += file.write(left, appended);
        notifyAll();
    }

    /** No more comes. */
    synchronized void end(IOException why) {
        failure = why;
        notifyAll();
    }

    /** Waits until there is something to read, or no more comes; false when the time is over before. */
    synchronized boolean await(long millis) throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (read == appended && failure == null) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) return false;
                wait(left);
            }
            return true;
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static IOException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", interrupted);
    }

    private synchronized int take(byte[] bytes, int offset, int length) throws IOException {
        try {
            while (read == appended) {
                if (failure != null) throw failure;
                wait();
            }
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
        int count = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, appended - read)), read);
        read += count;
        if (read == appended) {
            file.truncate(0);
            read = 0;
            appended = 0;
        }
        return count;
    }

    /** What was appended; a read waits for more. */
    Reader reader() {
        return new Reader();
    }

    /** The reading end, with a buffer of its own. Confined to one thread. */
    final class Reader extends InputStream {
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int at;
        private int end;

        /** As {@link Spool#await}. */
        boolean await(long millis) throws IOException {
            return at < end || Spool.this.await(millis);
        }

        @Override
        public int read() throws IOException {
            fill();
            return buffer[at++] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) return 0;
            fill();
            int count = Math.min(length, end - at);
            System.arraycopy(buffer, at, bytes, offset, count);
            at += count;
            return count;
        }

        private void fill() throws IOException {
            if (at < end) return;
            end = take(buffer, 0, buffer.length);
            at = 0;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
