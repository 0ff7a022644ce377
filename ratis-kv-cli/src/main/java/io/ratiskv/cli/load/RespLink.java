package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.Wire;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RESP2, as far as SET, GET and AUTH need it (redis.io, "Redis serialization protocol"). Confined to one thread. */
final class RespLink implements Link {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Wire wire;
    private final byte[] setTail;

    private RespLink(Wire wire, byte[] value) {
        this.wire = wire;
        this.setTail = bulk(value);
    }

    /** @throws RefusedException when the password is refused */
    static RespLink open(Wire wire, byte[] value, @Nullable String user, @Nullable String password) throws IOException {
        RespLink link = new RespLink(wire, value);
        if (password != null) {
            List<String> words = new ArrayList<>(List.of("AUTH"));
            if (user != null) words.add(user);
            words.add(password);
            wire.put("*" + words.size() + "\r\n");
            for (String word : words) wire.put(bulk(word.getBytes(StandardCharsets.UTF_8)));
            wire.flush();
            Reply reply = link.receive();
            if (reply.outcome() != Outcome.OK) throw new RefusedException(reply.error());
        }
        return link;
    }

    @Override
    public void send(Operation operation) throws IOException {
        wire.put(operation.sets() ? "*3\r\n$3\r\nSET\r\n" : "*2\r\n$3\r\nGET\r\n");
        wire.put(bulk(Keys.name(operation.key())));
        if (operation.sets()) wire.put(setTail);
    }

    @Override
    public void flush() throws IOException {
        wire.flush();
    }

    @Override
    public Reply receive() throws IOException {
        String line = wire.line();
        if (line.isEmpty()) throw new ProtocolException("an empty line for a reply");
        return switch (line.charAt(0)) {
            case '+', ':', '_' -> Reply.OK;
            case '$' -> {
                long length = length(line);
                if (length >= 0) wire.skip(length + LINE_END.length);
                yield Reply.OK;
            }
            case '-' -> {
                String error = line.substring(1);
                int blank = error.indexOf(' ');
                yield new Reply(Outcome.ofError(blank < 0 ? error : error.substring(0, blank)), error);
            }
            default -> throw new ProtocolException("not a reply to SET or GET: it begins with " + line.charAt(0));
        };
    }

    private static long length(String line) throws ProtocolException {
        try {
            return Long.parseLong(line, 1, line.length(), 10);
        } catch (NumberFormatException garbled) {
            throw new ProtocolException("not a length: " + line.substring(1));
        }
    }

    private static byte[] bulk(byte[] bytes) {
        byte[] head = ("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bulk = new byte[head.length + bytes.length + LINE_END.length];
        System.arraycopy(head, 0, bulk, 0, head.length);
        System.arraycopy(bytes, 0, bulk, head.length, bytes.length);
        System.arraycopy(LINE_END, 0, bulk, head.length + bytes.length, LINE_END.length);
        return bulk;
    }

    @Override
    public boolean usable() {
        return true;
    }

    @Override
    public void close() {
        wire.close();
    }
}
