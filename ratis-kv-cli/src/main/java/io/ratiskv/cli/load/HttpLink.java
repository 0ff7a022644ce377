package io.ratiskv.cli.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * {@code POST /command} on a connection that is kept (RFC 9112), as far as SET and GET need it. Confined to one thread.
 *
 * <p>Not the JDK's client: that would measure its threads and queues more than the server.
 */
final class HttpLink implements Link {
    private static final String ERROR = "\"error\":\"";

    private final Wire wire;
    private final byte[] head;
    private final byte[] setTail;

    HttpLink(Socket socket, Target target, byte[] value) throws IOException {
        wire = new Wire(socket);
        StringBuilder head = new StringBuilder("POST /command HTTP/1.1\r\nHost: ")
                .append(target.authority())
                .append("\r\nContent-Type: application/json\r\n");
        if (target.password() != null) {
            String pair = (target.user() == null ? "" : target.user()) + ":" + target.password();
            head.append("Authorization: Basic ")
                    .append(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                    .append("\r\n");
        }
        this.head = head.append("Content-Length: ").toString().getBytes(StandardCharsets.ISO_8859_1);
        this.setTail = ("\",\"value\":\"" + new String(value, StandardCharsets.US_ASCII) + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void send(Operation operation) throws IOException {
        String begin = "{\"type\":\"" + (operation.sets() ? "SET" : "GET") + "\",\"key\":\"";
        byte[] key = Keys.name(operation.key());
        byte[] tail = operation.sets() ? setTail : new byte[] {'"', '}'};
        wire.put(head)
                .put(begin.length() + key.length + tail.length + "\r\n\r\n")
                .put(begin)
                .put(key)
                .put(tail);
    }

    @Override
    public void flush() throws IOException {
        wire.flush();
    }

    @Override
    public Reply receive() throws IOException {
        int status = status(wire.line());
        long length = -1;
        boolean closes = false;
        for (String line = wire.line(); !line.isEmpty(); line = wire.line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            if (name.equals("content-length")) length = number(line.substring(colon + 1));
            if (name.equals("connection"))
                closes = line.toLowerCase(Locale.ROOT).endsWith("close");
        }
        if (length < 0) throw new ProtocolException("an answer without Content-Length");
        Outcome outcome = Outcome.ofStatus(status);
        Reply reply = Reply.OK;
        if (outcome == Outcome.OK) wire.skip(length);
        else reply = new Reply(outcome, status + " " + error(wire.text(length)));
        // The next request would be lost: better to know now.
        if (closes) wire.close();
        return reply;
    }

    private static int status(String line) throws ProtocolException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) throw new ProtocolException("not HTTP: " + line);
        return (int) number(words[1]);
    }

    private static long number(String text) throws ProtocolException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException garbled) {
            throw new ProtocolException("not a number: " + text);
        }
    }

    /** The property of that name, as far as it needs no escapes: it is for people. */
    private static String error(String body) {
        int from = body.indexOf(ERROR);
        if (from < 0) return "";
        int to = body.indexOf('"', from + ERROR.length());
        return body.substring(from + ERROR.length(), to < 0 ? body.length() : to);
    }

    @Override
    public void close() {
        wire.close();
    }
}
