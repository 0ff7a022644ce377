package io.ratiskv.raft;

import io.ratiskv.api.EntryCodec;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * An entry on its way into the leader's log. Its identity is what tells it from a stranger's message: only an object
 * made here, in this process, is appended. The submitter's thread until it is appended, then whoever completes it.
 */
final class Submission implements Message {
    private final byte[] entry;
    private final ByteString content;
    private volatile boolean mayBeAppended;

    Submission(byte[] entry) {
        this.entry = entry;
        this.content = UnsafeByteOperations.unsafeWrap(entry);
    }

    @Override
    public ByteString getContent() {
        return content;
    }

    @Override
    public int size() {
        return entry.length;
    }

    /** Called by Ratis in log order, right before the record is built around these very bytes. */
    void append(long stampMillis) {
        mayBeAppended = true;
        EntryCodec.stamp(entry, stampMillis);
    }

    /** False only if it provably never reached the log. */
    boolean mayBeAppended() {
        return mayBeAppended;
    }

    @Override
    public String toString() {
        return "Submission of " + entry.length + " bytes";
    }
}
