package io.ratiskv.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replies in the bytes of both RESP versions. */
class RespEncoderTest {
    /** Collects what is drained and remembers which bytes were not copied. */
    private static final class Collected implements ReplyBuffer.Drain {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<Bytes> shared = new ArrayList<>();

        @Override
        public void copied(byte[] array, int length) {
            bytes.write(array, 0, length);
        }

        @Override
        public void shared(Bytes value) {
            shared.add(value);
            bytes.write(value.array(), value.offset(), value.length());
        }
    }

    private static byte[] encoded(Reply reply, int protocol) {
        Collected collected = new Collected();
        ReplyBuffer buffer = new ReplyBuffer(collected);
        RespEncoder.encode(reply, protocol, buffer);
        buffer.drainAll();
        return collected.bytes.toByteArray();
    }

    private static void assertEncoded(Reply reply, String two, String three) {
        assertEquals(two, new String(encoded(reply, 2), StandardCharsets.UTF_8));
        assertEquals(three, new String(encoded(reply, 3), StandardCharsets.UTF_8));
    }

    @Test
    void what_nobody_parked_is_refused() {
        Reply blocked = new Reply.Blocked(
                Request.of("XREAD"), List.of(Bytes.of("key")), new Reply.Awaited.Entries(), 0, Reply.NULL_ARRAY);
        assertEncoded(blocked, "*-1\r\n", "_\r\n");
    }

    @Test
    void what_resp2_lacks_is_turned_down() {
        Reply one = Reply.of(1);
        assertEncoded(Reply.OK, "+OK\r\n", "+OK\r\n");
        assertEncoded(Reply.NULL, "$-1\r\n", "_\r\n");
        assertEncoded(Reply.NULL_ARRAY, "*-1\r\n", "_\r\n");
        assertEncoded(new Reply.Map(List.of(one, one)), "*2\r\n:1\r\n:1\r\n", "%1\r\n:1\r\n:1\r\n");
        assertEncoded(new Reply.Set(List.of(one)), "*1\r\n:1\r\n", "~1\r\n:1\r\n");
        assertEncoded(new Reply.Push(List.of(one)), "*1\r\n:1\r\n", ">1\r\n:1\r\n");
        assertEncoded(new Reply.Decimal(0.1), "$3\r\n0.1\r\n", ",0.1\r\n");
        assertEncoded(new Reply.Bool(true), ":1\r\n", "#t\r\n");
        assertEncoded(new Reply.Bool(false), ":0\r\n", "#f\r\n");
        assertEncoded(new Reply.BigNumber("123"), "$3\r\n123\r\n", "(123\r\n");
        assertEncoded(new Reply.Verbatim("txt", Bytes.of("hi")), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n");
        assertEncoded(Reply.bulk(""), "$0\r\n\r\n", "$0\r\n\r\n");
        assertEncoded(Reply.error("ERR a\r\n+b"), "-ERR a  +b\r\n", "-ERR a  +b\r\n");
    }

    @Test
    void integers_of_every_length_are_printed() {
        for (long n : new long[] {0, 9, 10, -1, -10, 999, 1000, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000L}) {
            assertEncoded(new Reply.Int(n), ":" + n + "\r\n", ":" + n + "\r\n");
        }
    }

    @Test
    void a_long_bulk_is_handed_on_without_copying() {
        Bytes value = Bytes.wrap(new byte[1 << 20]);
        Collected collected = new Collected();
        ReplyBuffer buffer = new ReplyBuffer(collected);
        RespEncoder.encode(Reply.array(List.of(Reply.of(1), Reply.bulk(value), Reply.of(2))), 2, buffer);
        buffer.drainAll();
        assertEquals(1, collected.shared.size());
        assertSame(value, collected.shared.get(0));
        String text = collected.bytes.toString(StandardCharsets.ISO_8859_1);
        assertTrue(text.startsWith("*3\r\n:1\r\n$1048576\r\n\0"), "the order is kept");
        assertTrue(text.endsWith("\0\r\n:2\r\n"), "the order is kept");
    }

    @Test
    void a_client_reads_back_what_was_encoded() {
        for (int seed = 0; seed < 200; seed++) {
            Reply reply = random(new SplittableRandom(seed), 3);
            byte[] bytes = encoded(reply, 3);
            ReplyReader reader = new ReplyReader(bytes);
            assertEquals(reply, reader.next(), "seed " + seed);
            assertEquals(bytes.length, reader.position(), "seed " + seed);
        }
    }

    private static Reply random(SplittableRandom random, int depth) {
        int kinds = depth == 0 ? 8 : 12;
        return switch (random.nextInt(kinds)) {
            case 0 -> new Reply.Int(random.nextLong() >> random.nextInt(64));
            case 1 -> Reply.bulk(Bytes.wrap(bytes(random)));
            case 2 -> Reply.NULL;
            case 3 -> new Reply.Bool(random.nextBoolean());
            case 4 -> new Reply.Decimal(random.nextDouble() * 1000);
            case 5 -> new Reply.Simple("S" + random.nextInt(1000));
            case 6 -> Reply.error("ERR " + random.nextInt(1000));
            case 7 -> new Reply.Verbatim("txt", Bytes.of("t" + random.nextInt()));
            case 8 -> new Reply.Array(several(random, depth, 1));
            case 9 -> new Reply.Map(several(random, depth, 2));
            case 10 -> new Reply.Set(several(random, depth, 1));
            default -> new Reply.Push(several(random, depth, 1));
        };
    }

    private static List<Reply> several(SplittableRandom random, int depth, int multiple) {
        List<Reply> all = new ArrayList<>();
        for (int i = random.nextInt(5) * multiple; i > 0; i--) {
            all.add(random(random, depth - 1));
        }
        return all;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(70_000) : random.nextInt(30)];
        random.nextBytes(bytes);
        return bytes;
    }
}
