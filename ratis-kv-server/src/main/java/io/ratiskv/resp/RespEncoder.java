package io.ratiskv.resp;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.value.DoubleText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Replies → bytes of RESP2 and RESP3; the one place where what RESP2 lacks is turned down. Stateless.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP specification</a>.
 */
final class RespEncoder {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] QUEUED = ascii("+QUEUED\r\n");
    private static final byte[] PONG = ascii("+PONG\r\n");
    private static final byte[] NULL_BULK_2 = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NULL_3 = ascii("_\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");

    private RespEncoder() {}

    /** Appends the reply as a client of RESP version {@code protocol} (2 or 3) reads it. */
    static void encode(Reply reply, int protocol, ReplyBuffer out) {
        boolean three = protocol >= 3;
        switch (reply) {
            case Reply.Bulk bulk -> bulk(bulk.value(), out);
            case Reply.Simple simple -> simple(simple, out);
            case Reply.Int number -> out.header(':', number.value());
            case Reply.Null none -> out.put(three ? NULL_3 : none.array() ? NULL_ARRAY_2 : NULL_BULK_2);
            case Reply.Failure failure -> out.line('-', failure.text());
            case Reply.Array array -> elements('*', array.elements().size(), array.elements(), protocol, out);
            case Reply.Map map -> {
                int size = map.keysAndValues().size();
                elements(three ? '%' : '*', three ? size / 2 : size, map.keysAndValues(), protocol, out);
            }
            case Reply.Set set -> elements(three ? '~' : '*', set.elements().size(), set.elements(), protocol, out);
            case Reply.Push push -> elements(three ? '>' : '*', push.elements().size(), push.elements(), protocol, out);
            case Reply.Decimal decimal -> {
                String text = DoubleText.shortest(decimal.value());
                if (three) {
                    out.line(',', text);
                } else {
                    bulk(text, out);
                }
            }
            case Reply.Bool bool -> {
                if (three) {
                    out.put(bool.value() ? TRUE_3 : FALSE_3);
                } else {
                    out.header(':', bool.value() ? 1 : 0);
                }
            }
            case Reply.BigNumber number -> {
                if (three) {
                    out.line('(', number.digits());
                } else {
                    bulk(number.digits(), out);
                }
            }
            // Nobody has parked the request.
            case Reply.Blocked blocked -> encode(blocked.refused(), protocol, out);
            case Reply.Verbatim verbatim -> {
                if (three) {
                    out.header('=', verbatim.text().length() + 4L);
                    out.put(verbatim.format());
                    out.put(":");
                    out.body(verbatim.text());
                } else {
                    bulk(verbatim.text(), out);
                }
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a shortcut for the constants; equal ones take the long way
    private static void simple(Reply.Simple simple, ReplyBuffer out) {
        if (simple == Reply.OK) {
            out.put(OK);
        } else if (simple == Reply.QUEUED) {
            out.put(QUEUED);
        } else if (simple == Reply.PONG) {
            out.put(PONG);
        } else {
            out.line('+', simple.text());
        }
    }

    private static void elements(char type, int count, List<Reply> elements, int protocol, ReplyBuffer out) {
        out.header(type, count);
        for (int i = 0; i < elements.size(); i++) {
            encode(elements.get(i), protocol, out);
        }
    }

    private static void bulk(String ascii, ReplyBuffer out) {
        out.header('$', ascii.length());
        out.put(ascii);
        out.put("\r\n");
    }

    private static void bulk(Bytes bytes, ReplyBuffer out) {
        out.header('$', bytes.length());
        out.body(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
