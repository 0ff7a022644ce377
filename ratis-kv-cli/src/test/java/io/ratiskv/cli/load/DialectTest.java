package io.ratiskv.cli.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.ratiskv.cli.load.Dialect.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DialectTest {
    private static final byte[] VALUE = "abc".getBytes(US_ASCII);
    private static final Operation SET = new Operation(true, 42, 0, true);
    private static final Operation GET = new Operation(false, 1_234_567_890, 0, true);

    @Test
    void requests_of_resp() {
        assertEquals("*3\r\n$3\r\nSET\r\n$20\r\nbenchmark:0000000042\r\n$3\r\nabc\r\n", request(resp(null, null), SET));
        assertEquals("*2\r\n$3\r\nGET\r\n$20\r\nbenchmark:1234567890\r\n", request(resp(null, null), GET));
        assertEquals("", greeting(resp(null, null)));
        assertEquals("*2\r\n$4\r\nAUTH\r\n$3\r\np\u00c3\u00a4\r\n", greeting(resp(null, "p\u00e4")));
        assertEquals("*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\np\r\n", greeting(resp("u", "p")));
    }

    @Test
    void replies_of_resp_however_they_are_cut() {
        String bytes = "+OK\r\n$-1\r\n$0\r\n\r\n$5\r\na\r\nb!\r\n-OVERLOADED too much\r\n:12\r\n_\r\n-BAD\r\n";
        List<Reply> expected = List.of(
                Reply.OK,
                Reply.OK,
                Reply.OK,
                Reply.OK,
                new Reply(Outcome.UNAVAILABLE, "OVERLOADED too much", false),
                Reply.OK,
                Reply.OK,
                new Reply(Outcome.REFUSED, "BAD", false));
        for (int piece = 1; piece <= bytes.length(); piece++)
            assertEquals(expected, replies(resp(null, null), bytes, piece), "pieces of " + piece);
    }

    @Test
    void what_is_no_reply_of_resp_is_noticed() {
        for (String bytes : List.of("*1\r\n", "$x\r\n", "\r\n", "HTTP/1.1 400\r\n", "-" + "x".repeat(70_000)))
            assertThrows(DecoderException.class, () -> replies(resp(null, null), bytes, 100_000), bytes);
    }

    @Test
    void requests_of_http() {
        String head = "POST /command HTTP/1.1\r\nHost: h:1\r\nAuthorization: x\r\nContent-Type: application/json\r\n";
        String set = "{\"type\":\"SET\",\"key\":\"benchmark:0000000042\",\"value\":\"abc\"}";
        String get = "{\"type\":\"GET\",\"key\":\"benchmark:1234567890\"}";
        assertEquals(head + "Content-Length: " + set.length() + "\r\n\r\n" + set, request(http(), SET));
        assertEquals(head + "Content-Length: " + get.length() + "\r\n\r\n" + get, request(http(), GET));
    }

    @Test
    void answers_of_http_however_they_are_cut() {
        String bytes = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: t\r\n\r\n"
                + "HTTP/1.1 503 x\r\nContent-Length: 24\r\nConnection: Close\r\n\r\n{\"error\":\"CLUSTERDOWN x\"}";
        List<Reply> expected = List.of(Reply.OK, Reply.OK, new Reply(Outcome.UNAVAILABLE, "503 CLUSTERDOWN x", true));
        for (int piece = 1; piece <= bytes.length(); piece++)
            assertEquals(expected, replies(http(), bytes, piece), "pieces of " + piece);
    }

    @Test
    void what_is_no_http_is_noticed() {
        assertThrows(DecoderException.class, () -> replies(http(), "+PONG\r\n\r\n", 100));
    }

    private static Dialect resp(@Nullable String user, @Nullable String password) {
        return new RespDialect(VALUE, user, password);
    }

    private static Dialect http() {
        return new HttpDialect("h:1", "x", VALUE);
    }

    private static String request(Dialect dialect, Operation operation) {
        ByteBuf out = Unpooled.buffer();
        dialect.encode(operation, out);
        return out.toString(US_ASCII);
    }

    private static String greeting(Dialect dialect) {
        ByteBuf out = Unpooled.buffer();
        assertEquals(dialect.greet(out), out.isReadable());
        return out.toString(ISO_8859_1);
    }

    private static List<Reply> replies(Dialect dialect, String bytes, int piece) {
        EmbeddedChannel channel = new EmbeddedChannel();
        dialect.install(channel.pipeline());
        for (int at = 0; at < bytes.length(); at += piece) {
            String part = bytes.substring(at, Math.min(bytes.length(), at + piece));
            channel.writeInbound(Unpooled.copiedBuffer(part, US_ASCII));
        }
        List<Reply> replies = new ArrayList<>();
        for (Reply reply = channel.readInbound(); reply != null; reply = channel.readInbound()) replies.add(reply);
        channel.finishAndReleaseAll();
        return replies;
    }
}
