package io.ratiskv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.benchmarks.RequestBenchmark;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** The Redis protocol on the way in and out, without a socket: a pipeline of SETs, and replies. In the package of what it measures. */
public class RespCodec extends RequestBenchmark {
    private static final int SETS = 64;
    private static final int BULK_BYTES_MAX = 512 << 20;

    private ByteBuf pipeline = Unpooled.EMPTY_BUFFER;
    private RespDecoder decoder = new RespDecoder(new Sink(), BULK_BYTES_MAX);
    private final ReplyBuffer buffer = new ReplyBuffer(new Nowhere());
    private int requests;
    private long sent;
    private final Reply bulk = new Reply.Bulk(Bytes.of("value-0000000000"));
    private final Reply rows =
            new Reply.Array(List.of(bulk, bulk, bulk, bulk, bulk, bulk, bulk, bulk, bulk, new Reply.Int(12_345)));

    /** Makes the pipeline. */
    @Setup
    public void fill() {
        String set = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$16\r\nvalue-0000000000\r\n";
        pipeline = Unpooled.directBuffer().writeBytes(set.repeat(SETS).getBytes(StandardCharsets.US_ASCII));
        decoder = new RespDecoder(new Sink(), BULK_BYTES_MAX);
    }

    /** What one read of a socket brings. Counts SETs. */
    @Benchmark
    @OperationsPerInvocation(SETS)
    public int decode() {
        pipeline.readerIndex(0);
        decoder.decode(pipeline);
        return requests;
    }

    /** A string. */
    @Benchmark
    public long encodeBulk() {
        RespEncoder.encode(bulk, 2, buffer);
        return sent;
    }

    /** Ten elements. */
    @Benchmark
    public long encodeArray() {
        RespEncoder.encode(rows, 3, buffer);
        return sent;
    }

    /** Counts requests. */
    private final class Sink implements RequestSink {
        @Override
        public void request(Bytes[] words) {
            requests += words.length;
        }

        @Override
        public void malformed(String error) {
            throw new IllegalStateException(error);
        }

        @Override
        public void crossProtocol(String word) {
            throw new IllegalStateException(word);
        }

        @Override
        public boolean authenticated() {
            return true;
        }
    }

    /** Counts bytes. */
    private final class Nowhere implements ReplyBuffer.Drain {
        @Override
        public void copied(byte[] array, int length) {
            sent += length;
        }

        @Override
        public void shared(Bytes bytes) {
            sent += bytes.length();
        }
    }
}
