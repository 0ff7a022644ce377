package io.ratiskv.resp;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client's side of RESP over bytes that are all there, for tests. */
public final class ReplyReader {
    private final byte[] bytes;
    private int position;

    public ReplyReader(byte[] bytes) {
        this.bytes = bytes;
    }

    public int position() {
        return position;
    }

    public boolean atEnd() {
        return position == bytes.length;
    }

    /** Every reply that is left. */
    public List<Reply> rest() {
        List<Reply> all = new ArrayList<>();
        while (!atEnd()) {
            all.add(next());
        }
        return all;
    }

    public Reply next() {
        char type = (char) bytes[position++];
        String line = line();
        return switch (type) {
            case '+' -> line.equals("OK") ? Reply.OK : new Reply.Simple(line);
            case '-' -> Reply.error(line);
            case ':' -> Reply.of(Long.parseLong(line));
            case '$' -> line.equals("-1") ? Reply.NULL : Reply.bulk(body(line));
            case '*' -> line.equals("-1") ? Reply.NULL_ARRAY : new Reply.Array(elements(Integer.parseInt(line)));
            case '%' -> new Reply.Map(elements(2 * Integer.parseInt(line)));
            case '~' -> new Reply.Set(elements(Integer.parseInt(line)));
            case '>' -> new Reply.Push(elements(Integer.parseInt(line)));
            case ',' -> new Reply.Decimal(Double.parseDouble(line));
            case '#' -> new Reply.Bool(line.equals("t"));
            case '_' -> Reply.NULL;
            case '(' -> new Reply.BigNumber(line);
            case '=' -> {
                Bytes text = body(line);
                yield new Reply.Verbatim(text.slice(0, 3).latin1(), text.slice(4, text.length() - 4));
            }
            default -> throw new IllegalStateException("reply type " + type + " at " + (position - 1));
        };
    }

    private List<Reply> elements(int count) {
        List<Reply> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(next());
        }
        return all;
    }

    private Bytes body(String length) {
        Bytes body = Bytes.wrap(bytes, position, Integer.parseInt(length)).owned();
        position += body.length() + 2;
        return body;
    }

    private String line() {
        int from = position;
        while (bytes[position] != '\r') {
            position++;
        }
        position += 2;
        return new String(bytes, from, position - 2 - from, StandardCharsets.UTF_8);
    }
}
