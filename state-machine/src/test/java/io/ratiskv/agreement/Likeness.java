package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.transcript.ReplyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What counts as the same reply: for most commands, exactly the same. */
enum Likeness {
    /** In type, value and order. */
    EXACT,
    /** Elements in any order: that of a hash table is nobody's promise. */
    UNORDERED,
    /** Fields and their values in any order. */
    UNORDERED_PAIRS,
    /** The same kind and as many elements: members are drawn by luck, memory is measured in each one's own way. */
    SHAPE,
    /** A deadline, within some seconds: Redis has a clock of its own. */
    TIMED,
    /** Exactly, but for how long ago something was, and for how many nodes Redis has a tree of. */
    AGED,
    /** A step of a walk: how far one goes is each one's own affair, unless both go all the way. */
    PIECEMEAL;

    private static final Set<String> IN_ANY_ORDER =
            Set.of("hkeys", "hvals", "keys", "sdiff", "sinter", "smembers", "sunion");
    private static final Set<String> BY_LUCK_OR_MEASURE = Set.of(
            "hrandfield",
            "memory|usage",
            "object|freq",
            "object|idletime",
            "object|refcount",
            "randomkey",
            "spop",
            "srandmember",
            "zrandmember");
    private static final Set<String> DEADLINES = Set.of("expiretime", "pexpiretime", "pttl", "ttl");
    private static final Set<String> TELLING_AGES = Set.of("xinfo|consumers", "xinfo|stream", "xpending");

    /** Behind the name of an age, or in a pending entry. */
    private static final Pattern AGES =
            Pattern.compile("(\"(?:active-time|idle|inactive|radix-tree-nodes|seen-time)\"[:,] "
                    + "|\\[\"\\d+-\\d+\", (?:\"(?:[^\"\\\\]|\\\\.)*\", )?)\\d+(?=[,}\\]])");

    private static final long TOLERANCE_MILLIS = 60_000;

    static Likeness of(String command) {
        if (command.equals("hgetall")) {
            return UNORDERED_PAIRS;
        }
        if (TELLING_AGES.contains(command)) {
            return AGED;
        }
        return IN_ANY_ORDER.contains(command)
                ? UNORDERED
                : BY_LUCK_OR_MEASURE.contains(command)
                        ? SHAPE
                        : DEADLINES.contains(command) ? TIMED : command.endsWith("scan") ? PIECEMEAL : EXACT;
    }

    boolean holds(Exchange exchange) {
        Reply theirs = exchange.theirs();
        Reply ours = exchange.ours();
        if (same(theirs, ours, exchange.protocol())) {
            return true;
        }
        return switch (this) {
            case EXACT -> false;
            case UNORDERED -> parts(theirs, 1).equals(parts(ours, 1));
            case UNORDERED_PAIRS ->
                theirs.getClass() == ours.getClass() && parts(theirs, 2).equals(parts(ours, 2));
            case SHAPE ->
                theirs.getClass() == ours.getClass()
                        && !(theirs instanceof Reply.Failure)
                        && elements(theirs).size() == elements(ours).size();
            case TIMED ->
                theirs instanceof Reply.Int one
                        && ours instanceof Reply.Int other
                        && one.value() >= 0
                        && other.value() >= 0
                        && Math.abs(one.value() - other.value())
                                <= (exchange.name().startsWith("p") ? TOLERANCE_MILLIS : TOLERANCE_MILLIS / 1000);
            case AGED -> withoutAges(theirs).equals(withoutAges(ours));
            case PIECEMEAL -> {
                List<Reply> their = elements(theirs);
                List<Reply> our = elements(ours);
                if (their.size() != 2 || our.size() != 2) {
                    yield false;
                }
                boolean whole = isZero(their.getFirst()) && isZero(our.getFirst()) && startsAtZero(exchange);
                int step = exchange.name().equals("hscan") || exchange.name().equals("zscan") ? 2 : 1;
                yield !whole || parts(their.getLast(), step).equals(parts(our.getLast(), step));
            }
        };
    }

    private static String withoutAges(Reply reply) {
        return AGES.matcher(ReplyText.of(reply)).replaceAll("$1");
    }

    private static boolean isZero(Reply cursor) {
        return cursor instanceof Reply.Bulk bulk && bulk.value().equals(Bytes.of("0"));
    }

    private static boolean startsAtZero(Exchange exchange) {
        int cursor = exchange.name().equals("scan") ? 1 : 2;
        return exchange.words()[cursor].equals(Bytes.of("0"));
    }

    /** RESP3 has one null. */
    private static boolean same(Reply one, Reply other, int protocol) {
        if (one instanceof Reply.Null && other instanceof Reply.Null && protocol == 3) {
            return true;
        }
        if (one.getClass() != other.getClass()) {
            return false;
        }
        List<Reply> these = elements(one);
        List<Reply> those = elements(other);
        if (these.isEmpty() || these.size() != those.size()) {
            return one.equals(other);
        }
        for (int i = 0; i < these.size(); i++) {
            if (!same(these.get(i), those.get(i), protocol)) {
                return false;
            }
        }
        return true;
    }

    private static List<Reply> elements(Reply reply) {
        return switch (reply) {
            case Reply.Array array -> array.elements();
            case Reply.Set set -> set.elements();
            case Reply.Push push -> push.elements();
            case Reply.Map map -> map.keysAndValues();
            default -> List.of();
        };
    }

    /** The elements, each {@code step} as one, sorted; a reply of no elements as itself. */
    static List<String> parts(Reply reply, int step) {
        List<Reply> elements = elements(reply);
        if (elements.isEmpty()) {
            return List.of(ReplyText.of(reply));
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i + step <= elements.size(); i += step) {
            parts.add(ReplyText.of(Reply.array(elements.subList(i, i + step))));
        }
        parts.sort(null);
        return parts;
    }
}
