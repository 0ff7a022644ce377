package io.ratiskv.cli.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RESP2, as far as SET, GET and AUTH need it (redis.io, "Redis serialization protocol"). Confined to one thread. */
final class RespDialect implements Dialect {
    private static final String KEY_HEAD = "\r\n$" + Keys.BYTES + "\r\n";
    private static final byte[] SET_HEAD = ("*3\r\n$3\r\nSET" + KEY_HEAD).getBytes(US_ASCII);
    private static final byte[] GET_HEAD = ("*2\r\n$3\r\nGET" + KEY_HEAD).getBytes(US_ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};

    private final byte[] setTail;
    private final @Nullable String user;
    private final @Nullable String password;

    RespDialect(byte[] value, @Nullable String user, @Nullable String password) {
        byte[] head = ("\r\n$" + value.length + "\r\n").getBytes(US_ASCII);
        setTail = new byte[head.length + value.length + LINE_END.length];
        System.arraycopy(head, 0, setTail, 0, head.length);
        System.arraycopy(value, 0, setTail, head.length, value.length);
        System.arraycopy(LINE_END, 0, setTail, head.length + value.length, LINE_END.length);
        this.user = user;
        this.password = password;
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        pipeline.addLast(new Replies());
    }

    @Override
    public boolean greet(ByteBuf out) {
        if (password == null) return false;
        List<String> words = new ArrayList<>(List.of("AUTH"));
        if (user != null) words.add(user);
        words.add(password);
        out.writeCharSequence("*" + words.size() + "\r\n", US_ASCII);
        for (String word : words) {
            byte[] bytes = word.getBytes(UTF_8);
            out.writeCharSequence("$" + bytes.length + "\r\n", US_ASCII);
            out.writeBytes(bytes).writeBytes(LINE_END);
        }
        return true;
    }

    @Override
    public void encode(Operation operation, ByteBuf out) {
        out.writeBytes(operation.sets() ? SET_HEAD : GET_HEAD);
        Keys.put(operation.key(), out);
        out.writeBytes(operation.sets() ? setTail : LINE_END);
    }

    /** Skips values as they come: whatever their size, none is kept. */
    private static final class Replies extends ByteToMessageDecoder {
        private static final int LINE_BYTES_MAX = 64 * 1024;

        /** Of a value and its line end; 0 between replies. */
        private long toSkip;

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> replies)
                throws ProtocolException {
            if (toSkip == 0) {
                int length = in.bytesBefore((byte) '\n');
                if (length < 0 && in.readableBytes() > LINE_BYTES_MAX)
                    throw new ProtocolException("a line without an end");
                if (length < 0) return;
                line(in, length, replies);
                if (toSkip == 0) return;
            }
            int skipped = (int) Math.min(toSkip, in.readableBytes());
            in.skipBytes(skipped);
            toSkip -= skipped;
            if (toSkip == 0) replies.add(Reply.OK);
        }

        private void line(ByteBuf in, int length, List<Object> replies) throws ProtocolException {
            if (length < 2) throw new ProtocolException("an empty line for a reply");
            byte kind = in.readByte();
            String rest = kind == '$' || kind == '-' ? in.toString(in.readerIndex(), length - 2, ISO_8859_1) : "";
            in.skipBytes(length);
            switch (kind) {
                case '+', ':', '_' -> replies.add(Reply.OK);
                case '$' -> {
                    long bytes = number(rest);
                    if (bytes < 0) replies.add(Reply.OK);
                    else toSkip = bytes + LINE_END.length;
                }
                case '-' -> {
                    int blank = rest.indexOf(' ');
                    String code = blank < 0 ? rest : rest.substring(0, blank);
                    replies.add(new Reply(Outcome.ofError(code), rest, false));
                }
                default ->
                    throw new ProtocolException("not a reply to SET or GET: it begins with " + (char) (kind & 0xff));
            }
        }

        private static long number(String digits) throws ProtocolException {
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException garbled) {
                throw new ProtocolException("not a length: " + digits);
            }
        }
    }
}
