package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.HttpWire;
import io.ratiskv.cli.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code POST /command} on a connection that is kept, as far as SET and GET need it. Confined to one thread. */
final class HttpLink implements Link {
    private static final String ERROR = "\"error\":\"";

    private final Wire wire;
    private final HttpWire http;
    private final byte[] head;
    private final byte[] setTail;
    private boolean usable = true;

    /** @param authorization the value of that header; null for none */
    HttpLink(Wire wire, String authority, @Nullable String authorization, byte[] value) {
        this.wire = wire;
        http = new HttpWire(wire);
        head = (HttpWire.head("POST", "/command", authority, authorization)
                        + "Content-Type: application/json\r\nContent-Length: ")
                .getBytes(StandardCharsets.ISO_8859_1);
        setTail = ("\",\"value\":\"" + new String(value, StandardCharsets.US_ASCII) + "\"}")
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
        HttpWire.Answer answer = http.receive();
        usable = !answer.closes();
        Outcome outcome = Outcome.ofStatus(answer.status());
        return outcome == Outcome.OK ? Reply.OK : new Reply(outcome, answer.status() + " " + error(answer.text()));
    }

    /** The property of that name, as far as it needs no escapes: it is for people. */
    private static String error(String body) {
        int from = body.indexOf(ERROR);
        if (from < 0) return "";
        int to = body.indexOf('"', from + ERROR.length());
        return body.substring(from + ERROR.length(), to < 0 ? body.length() : to);
    }

    @Override
    public boolean usable() {
        return usable;
    }

    @Override
    public void close() {
        wire.close();
    }
}
