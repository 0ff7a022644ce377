package io.ratiskv.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ratiskv.api.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder gives the same requests however the stream is cut, and names what is malformed as Redis does. */
class RespDecoderTest {
    private static final int BULK_MAX = 64 * 1024 * 1024;

    /** What a decoder found, and the errors among it. */
    private static final class Found implements RequestSink {
        final List<List<Bytes>> requests = new ArrayList<>();
        final List<String> errors = new ArrayList<>();
        boolean authenticated = true;

        @Override
        public void request(Bytes[] words) {
            requests.add(List.of(words));
        }

        @Override
        public void malformed(String error) {
            errors.add(error);
        }

        @Override
        public void crossProtocol(String word) {
            errors.add("closed by " + word);
        }

        @Override
        public boolean authenticated() {
            return authenticated;
        }
    }

    private final Found found = new Found();
    private final RespDecoder decoder = new RespDecoder(found, BULK_MAX);

    private void feed(String latin1) {
        decoder.decode(Unpooled.wrappedBuffer(latin1.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void any_cut_of_the_stream_gives_the_same_requests() {
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<List<Bytes>> sent = new ArrayList<>();
            byte[] stream = randomStream(random, sent);

            Found here = new Found();
            RespDecoder cut = new RespDecoder(here, BULK_MAX);
            int longestPiece = 1 << random.nextInt(1, 18);
            for (int from = 0; from < stream.length; ) {
                int length = Math.min(stream.length - from, random.nextInt(1, longestPiece + 1));
                cut.decode(Unpooled.wrappedBuffer(stream, from, length));
                from += length;
            }
            assertEquals(sent, here.requests, "seed " + seed);
            assertEquals(List.of(), here.errors, "seed " + seed);
            assertEquals(0, cut.heldBytes(), "seed " + seed + ": between requests nothing is held");
        }
    }

    private static byte[] randomStream(SplittableRandom random, List<List<Bytes>> sent) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int requests = random.nextInt(1, 30);
        for (int i = 0; i < requests; i++) {
            int words = random.nextInt(1, 6);
            List<Bytes> request = new ArrayList<>();
            boolean inline = random.nextInt(5) == 0;
            StringBuilder line = new StringBuilder();
            if (!inline) {
                stream.writeBytes(("*" + words + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            for (int w = 0; w < words; w++) {
                byte[] word = new byte[inline ? random.nextInt(1, 9) : length(random)];
                random.nextBytes(word);
                if (inline) {
                    for (int b = 0; b < word.length; b++) {
                        word[b] = (byte) ('a' + (word[b] & 15));
                    }
                    line.append(new String(word, StandardCharsets.ISO_8859_1)).append(' ');
                } else {
                    stream.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                    stream.writeBytes(word);
                    stream.writeBytes(new byte[] {'\r', '\n'});
                }
                request.add(Bytes.wrap(word));
            }
            if (inline) {
                stream.writeBytes(
                        (line + (random.nextBoolean() ? "\r\n" : "\n")).getBytes(StandardCharsets.ISO_8859_1));
            }
            sent.add(request);
        }
        return stream.toByteArray();
    }

    private static int length(SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> RespDecoder.LARGE_BYTES - 2 + random.nextInt(5);
            case 2 -> random.nextInt(300_000);
            default -> random.nextInt(40);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*x\\r\\n                    | invalid multibulk length",
                "*\\r\\n                     | invalid multibulk length",
                "*01\\r\\n                   | invalid multibulk length",
                "*+1\\r\\n                   | invalid multibulk length",
                "*2147483648\\r\\n           | invalid multibulk length",
                "*99999999999999999999\\r\\n | invalid multibulk length",
                "*1\\r\\n$-1\\r\\n           | invalid bulk length",
                "*1\\r\\n$67108865\\r\\n     | invalid bulk length",
                "*1\\r\\n$x\\r\\n            | invalid bulk length",
                "*1\\r\\n$9999999999\\r\\n   | invalid bulk length",
                "*1\\r\\n:5\\r\\n            | expected '$', got ':'",
                "*2\\r\\n$1\\r\\na\\r\\nb\\r\\n | expected '$', got 'b'",
                "set \"a\\r\\n               | unbalanced quotes in request",
                "set 'a\\r\\n                | unbalanced quotes in request",
                "set \"a\"b\\r\\n            | unbalanced quotes in request",
            })
    void malformed_input_is_named_as_redis_does(String escaped, String problem) {
        feed(escaped.replace("\\r", "\r").replace("\\n", "\n").strip() + (escaped.contains("\\n") ? "\r\n" : ""));
        assertEquals(List.of("ERR Protocol error: " + problem), found.errors);
        feed("*1\r\n$4\r\nPING\r\n");
        assertEquals(List.of(), found.requests, "nothing is decoded behind an error");
        assertEquals(0, decoder.heldBytes());
    }

    @Test
    void lines_without_an_end_are_given_up() {
        String endless = "1".repeat(RespDecoder.LINE_BYTES_MAX + 1);
        assertEquals("too big mbulk count string", problemOf("*" + endless));
        assertEquals("too big bulk count string", problemOf("*1\r\n$" + endless));
        assertEquals("too big inline request", problemOf(endless));
    }

    private static String problemOf(String stream) {
        Found here = new Found();
        new RespDecoder(here, BULK_MAX).decode(Unpooled.wrappedBuffer(stream.getBytes(StandardCharsets.ISO_8859_1)));
        return here.errors.get(0).substring("ERR Protocol error: ".length());
    }

    @Test
    void counts_of_zero_and_below_are_no_request() {
        feed("*0\r\n*-1\r\n\r\n*1\r\n$4\r\nPING\r\n");
        assertEquals(List.of(List.of(Bytes.of("PING"))), found.requests);
    }

    @Test
    void before_authentication_requests_are_kept_small() {
        found.authenticated = false;
        feed("*10\r\n");
        assertEquals(List.of(), found.errors);
        Found words = new Found();
        words.authenticated = false;
        new RespDecoder(words, BULK_MAX).decode(Unpooled.copiedBuffer("*11\r\n", StandardCharsets.US_ASCII));
        assertEquals(List.of("ERR Protocol error: unauthenticated multibulk length"), words.errors);
        feed("$16385\r\n");
        assertEquals(List.of("ERR Protocol error: unauthenticated bulk length"), found.errors);
    }

    @Test
    void an_announced_length_costs_nothing_before_the_bytes_arrive() {
        feed("*2\r\n$3\r\nGET\r\n$67108864\r\n");
        assertTrue(decoder.heldBytes() < 8 * 1024, "held " + decoder.heldBytes());
        ByteBuf some = Unpooled.wrappedBuffer(new byte[100_000]);
        decoder.decode(some);
        assertTrue(decoder.heldBytes() < 600_000, "held " + decoder.heldBytes());
        Found many = new Found();
        RespDecoder words = new RespDecoder(many, BULK_MAX);
        words.decode(Unpooled.copiedBuffer("*1000000000\r\n$0\r\n\r\n", StandardCharsets.US_ASCII));
        assertTrue(words.heldBytes() < 8 * 1024, "held " + words.heldBytes());
    }

    @Test
    void a_request_is_bounded_as_a_whole() {
        Found here = new Found();
        RespDecoder small = new RespDecoder(here, 1024);
        small.decode(Unpooled.copiedBuffer("*1000000\r\n", StandardCharsets.US_ASCII));
        ByteBuf empty = Unpooled.copiedBuffer("$0\r\n\r\n".repeat(65), StandardCharsets.US_ASCII);
        small.decode(empty);
        assertEquals(List.of("ERR Protocol error: too big request"), here.errors);
        assertEquals(0, small.heldBytes());
    }

    @Test
    void lines_are_split_as_a_shell_would() {
        feed("set  key \"a b\\n\\x41\\\"\" 'it\\'s' pre\"fix\"\t\r\n   \r\n");
        assertEquals(
                List.of(List.of(
                        Bytes.of("set"), Bytes.of("key"), Bytes.of("a b\nA\""), Bytes.of("it's"), Bytes.of("prefix"))),
                found.requests);
    }

    @Test
    void a_line_of_http_ends_the_stream_with_nothing_executed() {
        feed("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a b\r\n");
        assertEquals(List.of("closed by POST"), found.errors);
        assertEquals(List.of(), found.requests);
        Found host = new Found();
        new RespDecoder(host, BULK_MAX)
                .decode(Unpooled.copiedBuffer("hOST: localhost\r\nSET a b\r\n", StandardCharsets.US_ASCII));
        assertEquals(List.of("closed by hOST:"), host.errors);
        assertEquals(List.of(), host.requests);
    }
}
