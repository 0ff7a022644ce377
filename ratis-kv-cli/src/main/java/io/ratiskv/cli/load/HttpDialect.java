package io.ratiskv.cli.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.ratiskv.cli.wire.HttpWire;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /command} on a connection that is kept, as far as SET and GET need it. Confined to one thread. */
final class HttpDialect implements Dialect {
    private static final String ERROR = "\"error\":\"";
    private static final String SET_HEAD = "{\"type\":\"SET\",\"key\":\"";
    private static final String GET_HEAD = "{\"type\":\"GET\",\"key\":\"";
    private static final String GET_TAIL = "\"}";

    private final byte[] set;
    private final byte[] setTail;
    private final byte[] get;
    private final byte[] getTail;

    /** @param authorization the value of that header; null for none */
    HttpDialect(String authority, @Nullable String authorization, byte[] value) {
        String head = HttpWire.head("POST", "/command", authority, authorization)
                + "Content-Type: application/json\r\nContent-Length: ";
        String tail = "\",\"value\":\"" + new String(value, StandardCharsets.US_ASCII) + "\"}";
        set = latin(head + (SET_HEAD.length() + Keys.BYTES + tail.length()) + "\r\n\r\n" + SET_HEAD);
        setTail = latin(tail);
        get = latin(head + (GET_HEAD.length() + Keys.BYTES + GET_TAIL.length()) + "\r\n\r\n" + GET_HEAD);
        getTail = latin(GET_TAIL);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpResponseDecoder(), new HttpObjectAggregator(Integer.MAX_VALUE), new Replies());
    }

    @Override
    public boolean greet(ByteBuf out) {
        return false;
    }

    @Override
    public void encode(Operation operation, ByteBuf out) {
        out.writeBytes(operation.sets() ? set : get);
        Keys.put(operation.key(), out);
        out.writeBytes(operation.sets() ? setTail : getTail);
    }

    private static final class Replies extends MessageToMessageDecoder<FullHttpResponse> {
        @Override
        protected void decode(ChannelHandlerContext context, FullHttpResponse response, List<Object> replies)
                throws Exception {
            if (response.decoderResult().isFailure()) throw new ProtocolException("not HTTP");
            int status = response.status().code();
            if (status < 200) return; // not the answer yet
            boolean closes = !HttpUtil.isKeepAlive(response);
            Outcome outcome = Outcome.ofStatus(status);
            String error = outcome == Outcome.OK
                    ? ""
                    : status + " " + error(response.content().toString(StandardCharsets.UTF_8));
            replies.add(outcome == Outcome.OK && !closes ? Reply.OK : new Reply(outcome, error, closes));
        }

        /** The property of that name, as far as it needs no escapes: it is for people. */
        private static String error(String body) {
            int from = body.indexOf(ERROR);
            if (from < 0) return "";
            int to = body.indexOf('"', from + ERROR.length());
            return body.substring(from + ERROR.length(), to < 0 ? body.length() : to);
        }
    }
}
