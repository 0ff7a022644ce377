package io.ratiskv.cli.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a connection that is kept (RFC 9112), as far as a node speaks it. Confined to one thread.
 *
 * <p>Not the JDK's client: its start alone takes longer than a call, it repeats requests by rules of its own, and a
 * benchmark would measure its threads and queues more than the server.
 */
public final class HttpWire implements AutoCloseable {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int HEX = 16;

    private final Wire wire;

    public HttpWire(Wire wire) {
        this.wire = wire;
    }

    /**
     * An answer.
     *
     * @param closes the connection takes no other request
     */
    public record Answer(int status, byte[] body, boolean closes) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * What stands before the body.
     *
     * @param authorization the value of that header; null for none
     */
    public static String head(String method, String path, String authority, @Nullable String authorization) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n"
                + (authorization == null ? "" : "Authorization: " + authorization + "\r\n");
    }

    /**
     * The value of the header {@code Authorization}; null when there is no password.
     *
     * @param user null for the default user
     */
    public static @Nullable String basic(@Nullable String user, @Nullable String password) {
        if (password == null) return null;
        String pair = (user == null ? "" : user) + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a request; a body is JSON. */
    public void send(String head, byte @Nullable [] body) throws IOException {
        wire.put(head);
        if (body == null) wire.put("\r\n");
        else
            wire.put("Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .put(body);
        wire.flush();
    }

    /**
     * Waits for the next answer, in the order of the requests.
     *
     * @throws IOException when none comes: what became of the request is not known
     */
    public Answer receive() throws IOException {
        return receive(null);
    }

    /**
     * As {@link #receive()}; a body of status 200 goes to {@code file}, as it comes, and not into the answer.
     *
     * @throws IOException also when the body is cut off
     */
    public Answer receive(@Nullable OutputStream file) throws IOException {
        int status = status(wire.line());
        long length = -1;
        boolean chunked = false;
        boolean closes = false;
        for (String line = wire.line(); !line.isEmpty(); line = wire.line()) {
            int colon = Math.max(0, line.indexOf(':'));
            String value = line.substring(Math.min(line.length(), colon + 1)).strip();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> closes = value.equalsIgnoreCase("close");
                default -> {}
            }
        }
        if (status < 200) return receive(file); // not the answer yet
        if (file != null && status == OK) {
            if (length < 0) throw new ProtocolException("the node does not say how long its answer is");
            wire.copy(length, file);
            return new Answer(status, new byte[0], closes);
        }
        byte[] body;
        if (chunked) {
            body = chunks();
        } else if (length >= 0 || status == NO_CONTENT) {
            body = wire.bytes(Math.max(0, length));
        } else {
            closes = true;
            body = wire.rest();
        }
        return new Answer(status, body, closes);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            long length = number(wire.line().split(";", 2)[0], HEX);
            if (length == 0) break;
            body.writeBytes(wire.bytes(length));
            if (!wire.line().isEmpty()) throw new ProtocolException("a chunk longer than it says");
        }
        for (String trailer = wire.line(); !trailer.isEmpty(); trailer = wire.line()) {
            // Nothing that follows a body is of use here.
        }
        return body.toByteArray();
    }

    private static int status(String line) throws ProtocolException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) throw new ProtocolException("not HTTP: " + line);
        return (int) number(words[1], 10);
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            long number = Long.parseLong(text.strip(), radix);
            if (number >= 0) return number;
        } catch (NumberFormatException garbled) {
            throw new ProtocolException("not a number: " + text);
        }
        throw new ProtocolException("a negative number: " + text);
    }

    @Override
    public void close() {
        wire.close();
    }
}
