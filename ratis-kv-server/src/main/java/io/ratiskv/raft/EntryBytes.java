package io.ratiskv.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteOutput;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * The array behind a {@link ByteString}, without a copy when the string is exactly one array, as it is both for entries
 * submitted here and for entries parsed from the wire. Used within one call.
 */
final class EntryBytes extends ByteOutput {
    private final int size;
    private byte @Nullable [] whole;

    private EntryBytes(int size) {
        this.size = size;
    }

    /** Shared with the log: to be read only. */
    static byte[] of(ByteString bytes) {
        EntryBytes sink = new EntryBytes(bytes.size());
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, sink);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        byte[] whole = sink.whole;
        return whole != null ? whole : bytes.toByteArray();
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
        if (offset == 0 && length == size && value.length == size) {
            whole = value;
        }
    }

    @Override
    public void write(byte value) {}

    @Override
    public void write(byte[] value, int offset, int length) {}

    @Override
    public void write(ByteBuffer value) {}

    @Override
    public void writeLazy(ByteBuffer value) {}
}
