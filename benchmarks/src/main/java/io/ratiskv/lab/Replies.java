package io.ratiskv.lab;

import io.ratiskv.api.Reply;
import java.util.stream.Collectors;

/** Replies of the model in the words that {@link Connection} has for those of a server. Stateless. */
final class Replies {
    static final String NIL = "nil";

    private Replies() {}

    static String text(Reply reply) {
        return switch (reply) {
            case Reply.Simple simple -> simple.text();
            case Reply.Int number -> Long.toString(number.value());
            case Reply.Bulk bulk -> bulk.value().utf8();
            case Reply.Null none -> NIL;
            case Reply.Array array -> list(array.elements());
            case Reply.Set set -> list(set.elements());
            case Reply.Failure failure -> failure.text();
            default -> throw new IllegalArgumentException("no workload is answered with " + reply);
        };
    }

    private static String list(java.util.List<Reply> elements) {
        return elements.stream().map(Replies::text).collect(Collectors.joining(",", "[", "]"));
    }
}
