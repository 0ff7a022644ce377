package io.ratiskv.cli.wire;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RESP2 on a connection that is kept (redis.io, "Redis serialization protocol"). Confined to one thread. */
public final class RespWire implements AutoCloseable {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Wire wire;

    public RespWire(Wire wire) {
        this.wire = wire;
    }

    /**
     * Connects and logs in.
     *
     * @param user null for the default user
     * @param password null when none is needed
     * @throws IOException when nobody answers there
     * @throws RefusedException when the password is refused
     */
    public static RespWire open(Endpoint endpoint, @Nullable String user, @Nullable String password, long silenceMillis)
            throws IOException {
        RespWire resp = new RespWire(endpoint.connect(silenceMillis));
        try {
            resp.logIn(user, password);
            return resp;
        } catch (IOException | RuntimeException unusable) {
            resp.close();
            throw unusable;
        }
    }

    /**
     * Logs in, where a password is given.
     *
     * @throws RefusedException when it is refused
     */
    public void logIn(@Nullable String user, @Nullable String password) throws IOException {
        if (password == null) return;
        if (user == null) ask("AUTH", password);
        else ask("AUTH", user, password);
    }

    /** Puts a request behind those sent before. */
    public void send(Bytes... words) throws IOException {
        wire.put("*" + words.length + "\r\n");
        for (Bytes word : words) {
            wire.put("$" + word.length() + "\r\n")
                    .put(word.array(), word.offset(), word.length())
                    .put(LINE_END);
        }
    }

    /** The same, of texts. */
    public void send(String... words) throws IOException {
        Bytes[] bytes = new Bytes[words.length];
        for (int i = 0; i < words.length; i++) bytes[i] = Bytes.of(words[i]);
        send(bytes);
    }

    public void flush() throws IOException {
        wire.flush();
    }

    /**
     * Asks and waits, where nothing else is under way.
     *
     * @throws RefusedException when the answer is an error
     */
    public Reply ask(String... words) throws IOException {
        send(words);
        flush();
        Reply reply = receive();
        if (reply instanceof Reply.Failure failure) throw new RefusedException(failure.text());
        return reply;
    }

    /**
     * Waits for the next reply, in the order of the requests.
     *
     * @throws IOException when none comes: what became of the request is not known
     */
    public Reply receive() throws IOException {
        flush();
        String line = wire.line();
        if (line.isEmpty()) throw new ProtocolException("an empty line for a reply");
        String text = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Reply.Simple(text);
            case '-' -> Reply.error(text);
            case ':' -> Reply.of(number(text));
            case '$' -> {
                long length = number(text);
                if (length < 0) yield Reply.NULL;
                byte[] bytes = wire.bytes(length);
                wire.skip(LINE_END.length);
                yield Reply.bulk(Bytes.wrap(bytes));
            }
            case '*' -> {
                long count = number(text);
                if (count < 0) yield Reply.NULL_ARRAY;
                List<Reply> elements = new ArrayList<>();
                for (long i = 0; i < count; i++) elements.add(receive());
                yield Reply.array(elements);
            }
            default -> throw new ProtocolException("no reply begins with " + line.charAt(0));
        };
    }

    private static long number(String text) throws ProtocolException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException garbled) {
            throw new ProtocolException("not a number: " + text);
        }
    }

    /** The bytes below. */
    public Wire wire() {
        return wire;
    }

    /** For texts of one line. */
    public static String text(Reply reply) {
        return switch (reply) {
            case Reply.Simple simple -> simple.text();
            case Reply.Bulk bulk -> new String(bulk.value().toByteArray(), StandardCharsets.UTF_8);
            case Reply.Int number -> Long.toString(number.value());
            default -> "";
        };
    }

    @Override
    public void close() {
        wire.close();
    }
}
