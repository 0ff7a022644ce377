package io.ratiskv.acl;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Rules of ACL SETUSER and requests to try them on, from a seed. Confined to one thread. */
final class RandomRules {
    private static final List<String> COMMANDS = List.of(
            "get",
            "set",
            "getdel",
            "mget",
            "mset",
            "del",
            "copy",
            "rename",
            "sunionstore",
            "zadd",
            "lmove",
            "object",
            "object|encoding",
            "config",
            "config|get",
            "config|set",
            "client",
            "client|list",
            "publish",
            "subscribe",
            "psubscribe",
            "ping",
            "select",
            "select|0",
            "nosuch",
            "config|nosuch",
            "bitfield",
            "expire");

    private static final List<String> CATEGORIES = List.of(
            "read",
            "write",
            "keyspace",
            "string",
            "set",
            "pubsub",
            "fast",
            "slow",
            "dangerous",
            "admin",
            "connection",
            "all",
            "nosuch");

    private static final List<String> PATTERNS = List.of("*", "a*", "b", "?c", "a[1-3]", "", "\\*");

    private static final List<String> WHOLE = List.of(
            "on",
            "off",
            "nopass",
            "resetpass",
            "reset",
            "resetkeys",
            "resetchannels",
            "allkeys",
            "allchannels",
            "allcommands",
            "nocommands",
            "clearselectors",
            "nosuch",
            "",
            "skip-sanitize-payload",
            "sanitize-payload");

    private static final List<List<String>> REQUESTS = List.of(
            List.of("get", "K"),
            List.of("set", "K", "v"),
            List.of("set", "K", "v", "get"),
            List.of("getdel", "K"),
            List.of("mget", "K", "K"),
            List.of("mset", "K", "v", "K", "v"),
            List.of("del", "K", "K", "K"),
            List.of("copy", "K", "K"),
            List.of("rename", "K", "K"),
            List.of("sunionstore", "K", "K", "K"),
            List.of("zadd", "K", "1", "m"),
            List.of("lmove", "K", "K", "left", "right"),
            List.of("object", "encoding", "K"),
            List.of("bitfield", "K", "get", "u8", "0"),
            List.of("bitfield", "K", "set", "u8", "0", "1"),
            List.of("expire", "K", "10"),
            List.of("config", "get", "x"),
            List.of("config", "set", "x", "y"),
            List.of("client", "list"),
            List.of("publish", "C", "x"),
            List.of("subscribe", "C", "C"),
            List.of("psubscribe", "C"),
            List.of("unsubscribe", "C"),
            List.of("ping"),
            List.of("select", "0"),
            List.of("select", "1"),
            List.of("auth", "x"),
            List.of("get"),
            List.of("nosuch", "K"));

    private final SplittableRandom random;

    RandomRules(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Some rules for one ACL SETUSER. */
    List<String> rules() {
        List<String> rules = new ArrayList<>();
        for (int left = random.nextInt(5); left >= 0; left--) {
            switch (random.nextInt(8)) {
                case 0 -> rules.add(one(WHOLE));
                case 1 -> rules.add("(" + String.join(" ", ofSelector(random.nextInt(4))) + ")");
                case 2 -> {
                    rules.add("(");
                    rules.addAll(ofSelector(random.nextInt(3)));
                    if (random.nextInt(10) == 0) {
                        // Redis 7.0 begins anew with the next one that opens.
                        return rules;
                    }
                    rules.add(")");
                }
                default -> rules.addAll(ofSelector(1));
            }
        }
        return rules;
    }

    private List<String> ofSelector(int count) {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String sign = random.nextBoolean() ? "+" : "-";
            rules.add(
                    switch (random.nextInt(8)) {
                        case 0, 1, 2 -> sign + one(COMMANDS);
                        case 3, 4 -> sign + "@" + one(CATEGORIES);
                        case 5 -> "~" + one(PATTERNS);
                        case 6 -> one(List.of("%R~", "%W~", "%RW~", "%r~", "%", "%X~")) + one(PATTERNS);
                        default -> "&" + one(PATTERNS);
                    });
        }
        return rules;
    }

    /** A request of some command, on keys and channels that patterns may match. */
    List<String> request() {
        return one(REQUESTS).stream()
                .map(word -> word.equals("K") || word.equals("C")
                        ? one(List.of("a", "a2", "b", "c", "xc", "*", "a*"))
                        : word)
                .toList();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
