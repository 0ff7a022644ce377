package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.value.DoubleText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Replies as transcripts write them. */
public final class ReplyText {
    private ReplyText() {}

    public static String of(Reply reply) {
        return switch (reply) {
            case Reply.Simple simple -> simple.text();
            case Reply.Failure failure -> "(error) " + failure.text();
            case Reply.Int integer -> Long.toString(integer.value());
            case Reply.Bulk bulk -> quoted(bulk.value());
            case Reply.Null none -> "(nil)";
            case Reply.Array array -> "[" + all(array.elements()) + "]";
            case Reply.Map map -> "{" + pairs(map.keysAndValues()) + "}";
            case Reply.Set set -> "~[" + all(set.elements()) + "]";
            case Reply.Push push -> ">[" + all(push.elements()) + "]";
            case Reply.Decimal decimal -> "(double) " + DoubleText.shortest(decimal.value());
            case Reply.Bool bool -> bool.value() ? "(true)" : "(false)";
            case Reply.BigNumber number -> "(big number) " + number.digits();
            case Reply.Blocked blocked -> "(blocked)";
            case Reply.Verbatim verbatim -> "(" + verbatim.format() + ") " + quoted(verbatim.text());
        };
    }

    private static String all(List<Reply> elements) {
        return String.join(", ", elements.stream().map(ReplyText::of).toList());
    }

    private static String pairs(List<Reply> keysAndValues) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            pairs.add(of(keysAndValues.get(i)) + ": " + of(keysAndValues.get(i + 1)));
        }
        return String.join(", ", pairs);
    }

    private static String quoted(Bytes bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bytes.length(); i++) {
            int b = bytes.at(i) & 0xff;
            if (b == '"' || b == '\\') {
                text.append('\\').append((char) b);
            } else if (b >= 32 && b < 127) {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b));
            }
        }
        return text.append('"').toString();
    }

    /** The reply as a connection of RESP2 gets it. */
    public static Reply inResp2(Reply reply) {
        UnaryOperator<List<Reply>> inside =
                elements -> elements.stream().map(ReplyText::inResp2).toList();
        return switch (reply) {
            case Reply.Array array -> Reply.array(inside.apply(array.elements()));
            case Reply.Map map -> Reply.array(inside.apply(map.keysAndValues()));
            case Reply.Set set -> Reply.array(inside.apply(set.elements()));
            case Reply.Push push -> Reply.array(inside.apply(push.elements()));
            case Reply.Bool bool -> Reply.of(bool.value());
            case Reply.BigNumber number -> Reply.bulk(number.digits());
            case Reply.Verbatim verbatim -> Reply.bulk(verbatim.text());
            case Reply.Decimal decimal -> Reply.bulk(DoubleText.shortest(decimal.value()));
            case Reply.Simple simple -> simple;
            case Reply.Failure failure -> failure;
            case Reply.Int integer -> integer;
            case Reply.Bulk bulk -> bulk;
            case Reply.Null none -> none;
            case Reply.Blocked blocked -> blocked;
        };
    }
}
