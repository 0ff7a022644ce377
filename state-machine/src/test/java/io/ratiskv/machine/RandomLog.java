package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.keyspace.EvictionPolicy;
import io.ratiskv.rdb.RdbWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Logs as three gateways could leave them, from a seed: batches and their copies, batches in pieces, ids given up,
 * transactions, ticks, settings, stamps that sometimes step back. Few keys, so that requests meet.
 */
public final class RandomLog {
    private static final int KEYS = 24;
    private static final int DATABASES = 3;
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    private final SplittableRandom random;
    private final List<Stamped> entries = new ArrayList<>();
    private final long[] epochs = new long[NODES.size()];
    private final long[] nextIds = new long[NODES.size()];
    private final List<Entry> sent = new ArrayList<>();
    private long nowMillis = 1_000;

    private RandomLog(SplittableRandom random) {
        this.random = random;
    }

    /** An entry at its place in the log. */
    public record Stamped(long index, long stampMillis, Entry entry) {}

    /** A log of at least {@code length} entries. */
    public static List<Stamped> of(long seed, int length) {
        RandomLog log = new RandomLog(new SplittableRandom(seed));
        byte[] hashKey = new byte[16];
        log.random.nextBytes(hashKey);
        log.append(new Entry.Configure("hash-key", Bytes.wrap(hashKey)));
        for (int i = 0; i < NODES.size(); i++) {
            log.open(i);
        }
        while (log.entries.size() < length) {
            log.step();
        }
        return log.entries;
    }

    private void step() {
        int gateway = random.nextInt(NODES.size());
        switch (random.nextInt(26)) {
            case 0 -> append(new Entry.Tick());
            case 1 -> append(new Entry.Digest());
            case 2 -> {
                String setting = List.of(
                                "hash-max-listpack-entries",
                                "set-max-listpack-entries",
                                "zset-max-listpack-entries",
                                "stream-node-max-entries")
                        .get(random.nextInt(4));
                append(new Entry.Configure(setting, Bytes.of(random.nextInt(2, 9))));
            }
            case 3 ->
                append(
                        switch (random.nextInt(3)) {
                            case 0 -> new Entry.Configure("hash-max-listpack-value", Bytes.of(random.nextInt(4, 40)));
                            case 1 -> new Entry.Configure("set-max-intset-entries", Bytes.of(random.nextInt(1, 6)));
                            default -> new Entry.Configure("list-max-listpack-size", Bytes.of(random.nextInt(-1, 7)));
                        });
            case 24 -> append(new Entry.Evict(List.of(victim(), victim(), victim(), victim())));
            case 25 ->
                append(
                        random.nextBoolean()
                                ? new Entry.Configure("maxmemory", Bytes.of(random.nextInt(3) * 3_000L))
                                : new Entry.Configure("maxmemory-policy", Bytes.of(policy())));
            case 4 -> {
                if (random.nextInt(8) == 0) {
                    open(gateway);
                }
            }
            case 5 -> append(new Entry.Execute(epochs[gateway], nextIds[gateway]++, floor(gateway), List.of()));
            case 6, 7, 8 -> {
                if (!sent.isEmpty()) {
                    append(sent.get(random.nextInt(Math.max(0, sent.size() - 8), sent.size())));
                }
            }
            case 9, 10 -> fragments(gateway);
            case 11 -> nowMillis += random.nextInt(700_000);
            default -> propose(new Entry.Execute(epochs[gateway], nextIds[gateway]++, floor(gateway), units()));
        }
    }

    private Entry.Victim victim() {
        return new Entry.Victim(random.nextInt(DATABASES), key(), random.nextInt(1, 400));
    }

    private String policy() {
        EvictionPolicy[] policies = EvictionPolicy.values();
        return policies[random.nextInt(policies.length)].word();
    }

    private void open(int gateway) {
        append(new Entry.OpenGateway(
                NODES.get(gateway), random.nextLong(), "h" + gateway + ":1", "h" + gateway + ":2"));
        epochs[gateway] = entries.size();
        nextIds[gateway] = 0;
    }

    private long floor(int gateway) {
        return Math.max(0, nextIds[gateway] - random.nextInt(1, 4));
    }

    private void propose(Entry entry) {
        sent.add(entry);
        append(entry);
    }

    private void fragments(int gateway) {
        Bytes whole = Bytes.wrap(EntryCodec.encodeUnits(units()));
        int count = random.nextInt(1, 5);
        long id = nextIds[gateway]++;
        long floor = floor(gateway);
        int size = whole.length() / count + 1;
        for (int i = 0; i < count; i++) {
            int from = Math.min(whole.length(), i * size);
            Bytes piece = whole.slice(from, Math.min(size, whole.length() - from));
            Entry fragment = new Entry.Fragment(epochs[gateway], id, floor, i, count, piece);
            if (random.nextInt(10) != 0) {
                propose(fragment);
            }
            if (random.nextInt(6) == 0) {
                propose(new Entry.Execute(epochs[gateway], nextIds[gateway]++, floor, units()));
            }
        }
    }

    private void append(Entry entry) {
        nowMillis += random.nextInt(60);
        entries.add(new Stamped(entries.size() + 1L, nowMillis - random.nextInt(20), entry));
    }

    private List<Unit> units() {
        List<Unit> units = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            if (random.nextInt(8) == 0) {
                List<Unit.Watched> watched = random.nextBoolean()
                        ? List.of()
                        : List.of(new Unit.Watched(random.nextInt(DATABASES), key(), random.nextInt(3)));
                units.add(new Unit.Transaction(List.of(write(), write(), write()), watched));
            } else {
                units.add(new Unit.Single(write()));
            }
        }
        return units;
    }

    /** Sometimes under a number of a session. */
    private Request write() {
        Request write = plainWrite();
        if (random.nextInt(6) != 0) {
            return write;
        }
        Bytes session = Bytes.of("s" + random.nextInt(4));
        if (random.nextInt(8) == 0) {
            return write.with(new Bytes[] {Bytes.of("CLIENT"), Bytes.of("SESSION"), session});
        }
        Bytes[] words = new Bytes[write.words().length + 2];
        words[0] = Bytes.of("ONCE");
        words[1] = number(0, 6);
        System.arraycopy(write.words(), 0, words, 2, write.words().length);
        return write.with(words).in(session);
    }

    private Request plainWrite() {
        return request(
                switch (random.nextInt(108)) {
                    case 0 -> words("SET", key(), text());
                    case 1 -> words("SET", key(), text(), "PX", number(1, 3_000));
                    case 2 -> words("SET", key(), text(), "NX");
                    case 3 -> words("SET", key(), text(), "KEEPTTL");
                    case 4 -> words("APPEND", key(), text());
                    case 5 -> words("SETRANGE", key(), number(0, 40), text());
                    case 6 -> words("INCRBY", key(), number(-5, 5));
                    case 7 -> words("INCRBYFLOAT", key(), "0.5");
                    case 8 -> words("DEL", key(), key());
                    case 9 -> words("PEXPIRE", key(), number(-10, 4_000));
                    case 10 -> words("PERSIST", key());
                    case 11 -> words("RENAME", key(), key());
                    case 12 -> words("COPY", key(), key(), "REPLACE");
                    case 13 -> words("MOVE", key(), number(0, DATABASES));
                    case 14 -> words("GETDEL", key());
                    case 15 -> words("MSET", key(), text(), key(), text());
                    case 16, 17, 18, 19 -> words("HSET", key(), field(), text(), field(), text());
                    case 20 -> words("HDEL", key(), field(), field());
                    case 21 -> words("HINCRBY", key(), field(), number(-5, 5));
                    case 22 -> words("HSETNX", key(), field(), text());
                    case 23 -> words("HINCRBYFLOAT", key(), field(), "1.5");
                    case 24 -> random.nextInt(10) == 0 ? words("FLUSHDB") : words("PEXPIRE", key(), "700");
                    case 25 -> random.nextInt(10) == 0 ? words("SWAPDB", "0", "1") : words("SET", key(), text());
                    case 26, 27, 28 -> words("SADD", setKey(), field(), member(), member());
                    case 29 -> words("SREM", setKey(), member(), field());
                    case 30 -> words("SPOP", setKey());
                    case 31 -> words("SPOP", setKey(), number(0, 5));
                    case 32 -> words("SMOVE", setKey(), setKey(), member());
                    case 33 -> words("SUNIONSTORE", setKey(), setKey(), setKey());
                    case 34 -> words(random.nextBoolean() ? "SINTERSTORE" : "SDIFFSTORE", setKey(), setKey(), setKey());
                    case 35, 36 -> words("RPUSH", listKey(), text(), member(), text());
                    case 37, 38 -> words("LPUSH", listKey(), text(), member(), text());
                    case 39 -> words("LPOP", listKey(), number(0, 4));
                    case 40 -> words("BRPOP", listKey(), listKey(), "0");
                    case 41 -> words("LMOVE", listKey(), listKey(), "LEFT", random.nextBoolean() ? "LEFT" : "RIGHT");
                    case 42 -> words("LINSERT", listKey(), "BEFORE", member(), text());
                    case 43 -> words("LSET", listKey(), number(-4, 4), text());
                    case 44 -> words("LREM", listKey(), number(-2, 3), member());
                    case 45 -> words("LTRIM", listKey(), number(-6, 3), number(-2, 9));
                    case 46 -> words("RPUSHX", listKey(), member());
                    case 47, 48, 49 -> words("ZADD", sortedSetKey(), score(), field(), score(), field());
                    case 50 -> words("ZADD", sortedSetKey(), random.nextBoolean() ? "GT" : "XX", score(), field());
                    case 51 -> words("ZINCRBY", sortedSetKey(), score(), field());
                    case 52 -> words("ZREM", sortedSetKey(), field(), field());
                    case 53 -> words(random.nextBoolean() ? "ZPOPMIN" : "ZPOPMAX", sortedSetKey(), number(0, 3));
                    case 54 -> words("ZREMRANGEBYRANK", sortedSetKey(), number(-2, 3), number(-3, 4));
                    case 55 ->
                        words(
                                random.nextBoolean() ? "ZUNIONSTORE" : "ZINTERSTORE",
                                sortedSetKey(),
                                "2",
                                sortedSetKey(),
                                sortedSetKey());
                    case 56 -> words("ZRANGESTORE", sortedSetKey(), sortedSetKey(), number(0, 3), number(-3, 4));
                    case 57, 58 -> words("SETBIT", stringKey(), number(0, 90_000), number(0, 2));
                    case 59 -> words("SETRANGE", stringKey(), number(0, 20_000), text());
                    case 60 ->
                        words("BITFIELD", stringKey(), "SET", "u8", number(0, 9_000), "7", "INCRBY", "i5", "#3", "9");
                    case 61 ->
                        words("BITOP", random.nextBoolean() ? "XOR" : "OR", stringKey(), stringKey(), stringKey());
                    case 62 -> words("APPEND", stringKey(), text());
                    case 63 -> words("PFADD", counterKey(), text(), text(), text());
                    case 64 -> words("PFMERGE", counterKey(), counterKey());
                    case 65 -> words("INCREX", key(), "UBOUND", "5", "PX", number(-9, 3_000));
                    case 66 -> words("MSETEX", "2", key(), text(), key(), text(), "PX", number(1, 3_000), "NX");
                    case 67 -> words("DELEX", key(), "IFNE", text());
                    case 68, 69, 70 ->
                        words("HPEXPIRE", key(), number(0, 4_000), "FIELDS", "3", field(), field(), field());
                    case 71, 72 ->
                        words("HSETEX", key(), "PX", number(1, 3_000), "FIELDS", "2", field(), text(), field(), text());
                    case 73 -> words("HPERSIST", key(), "FIELDS", "2", field(), field());
                    case 74 -> words("HGETEX", key(), "PX", number(0, 900), "FIELDS", "2", field(), field());
                    case 75 -> words("HGETDEL", key(), "FIELDS", "1", field());
                    case 76 -> words("RESTORE", key(), number(0, 3_000), RdbWriter.write(text()), "REPLACE");
                    case 77, 78, 79 -> words("XADD", streamKey(), "*", field(), text(), field(), text());
                    case 80 -> words("XADD", streamKey(), "*", "same", text());
                    case 81 ->
                        words(
                                "XADD",
                                streamKey(),
                                "MAXLEN",
                                random.nextBoolean() ? "~" : "=",
                                number(0, 9),
                                "*",
                                "same",
                                "v");
                    case 82 -> words("XADD", streamKey(), "IDMP", member(), number(0, 4), "*", field(), "v");
                    case 83 -> words("XDEL", streamKey(), streamId(), streamId(), streamId());
                    case 84 ->
                        words(
                                "XDELEX",
                                streamKey(),
                                random.nextBoolean() ? "DELREF" : "ACKED",
                                "IDS",
                                "2",
                                streamId(),
                                streamId());
                    case 85 ->
                        words("XTRIM", streamKey(), "MINID", streamId(), random.nextBoolean() ? "DELREF" : "ACKED");
                    case 86 -> words("XGROUP", "CREATE", streamKey(), group(), "0", "MKSTREAM");
                    case 87, 88, 89 ->
                        words(
                                "XREADGROUP",
                                "GROUP",
                                group(),
                                consumer(),
                                "COUNT",
                                number(1, 9),
                                "STREAMS",
                                streamKey(),
                                random.nextInt(4) == 0 ? "0" : ">");
                    case 90 -> words("XACK", streamKey(), group(), streamId(), streamId(), streamId());
                    case 91 -> words("XCLAIM", streamKey(), group(), consumer(), "0", streamId(), streamId(), "FORCE");
                    case 92 -> words("XAUTOCLAIM", streamKey(), group(), consumer(), number(0, 300), "0");
                    case 93 ->
                        words("XNACK", streamKey(), group(), "SILENT", "IDS", "2", streamId(), streamId(), "FORCE");
                    case 94 ->
                        random.nextBoolean()
                                ? words("XGROUP", "DELCONSUMER", streamKey(), group(), consumer())
                                : words("XCFGSET", streamKey(), "IDMP-MAXSIZE", number(1, 4));
                    case 95 -> words("XGROUP", "DESTROY", streamKey(), group());
                    case 96 -> words("SORT", key(), "BY", "k*", "ALPHA", "GET", "#", "GET", "k*", "STORE", key());
                    case 97 -> words("SORT", key(), "BY", "nosort", "LIMIT", "0", number(1, 9), "STORE", key());
                    case 98, 99 ->
                        words("EVAL", "return redis.call('APPEND', KEYS[1], ARGV[1])", "1", stringKey(), text());
                    case 100 ->
                        words(
                                "EVAL",
                                "redis.call('SET', KEYS[1], math.random(1000)) redis.call('SADD', KEYS[2], ARGV[1])"
                                        + " return redis.call('SPOP', KEYS[2])",
                                "2",
                                key(),
                                setKey(),
                                member());
                    case 101 ->
                        words(
                                "EVAL",
                                "for i = 1, #KEYS do redis.call('SELECT', i - 1) redis.call('INCR', KEYS[i]) end error('x')",
                                "3",
                                key(),
                                key(),
                                key());
                    case 102 -> words("EVAL", "return " + number(0, 2_000), "0");
                    case 103 -> words("EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0");
                    case 104 ->
                        random.nextInt(9) == 0
                                ? words("SCRIPT", "FLUSH")
                                : words("SCRIPT", "LOAD", "return " + number(0, 9));
                    case 105 -> library();
                    case 106 -> words("FCALL", "f" + random.nextInt(3), "1", listKey(), text());
                    default -> words("GETSET", key(), text());
                });
    }

    private Bytes[] library() {
        int number = random.nextInt(3);
        return switch (random.nextInt(12)) {
            case 0 -> words("FUNCTION", "FLUSH");
            case 1 -> words("FUNCTION", "DELETE", "l" + number);
            default ->
                words(
                        "FUNCTION",
                        "LOAD",
                        "REPLACE",
                        "#!lua name=l" + number + "\nredis.register_function('f" + number
                                + "', function(keys, args) return redis.call('"
                                + (random.nextBoolean() ? "LPUSH" : "RPUSH")
                                + "', keys[1], args[1], redis.call('TIME')[1]) end)");
        };
    }

    /** A read of one key or of all. */
    public static Request read(SplittableRandom random) {
        RandomLog log = new RandomLog(random);
        return log.request(
                switch (random.nextInt(29)) {
                    case 0, 1 -> log.words("GET", log.key());
                    case 2 -> log.words("HGETALL", log.key());
                    case 3 -> log.words("HSCAN", log.key(), "0", "COUNT", "100");
                    case 4 -> log.words("TTL", log.key());
                    case 5 -> log.words("TYPE", log.key());
                    case 6 -> log.words("KEYS", "*");
                    case 7 -> log.words("SCAN", "0", "COUNT", log.number(1, 30));
                    case 8 -> log.words("DBSIZE");
                    case 9 -> log.words("OBJECT", "ENCODING", log.key());
                    case 10 -> log.words("PEXPIRETIME", log.key());
                    case 11 -> log.words("SMEMBERS", log.setKey());
                    case 12 -> log.words("SRANDMEMBER", log.setKey(), log.number(-3, 4));
                    case 13 -> log.words("LRANGE", log.listKey(), log.number(-5, 5), log.number(-5, 5));
                    case 14 -> log.words("LPOS", log.listKey(), log.member(), "COUNT", "0");
                    case 15 -> log.words("ZRANGE", log.sortedSetKey(), "0", "-1", "WITHSCORES");
                    case 16 -> log.words("ZSCAN", log.sortedSetKey(), "0", "COUNT", "100");
                    case 17 -> log.words("BITCOUNT", log.stringKey());
                    case 18 -> log.words("GETRANGE", log.stringKey(), log.number(0, 10_000), log.number(-9, 10_000));
                    case 19 -> log.words("HPEXPIRETIME", log.key(), "FIELDS", "2", log.field(), log.field());
                    case 20 -> log.words("HRANDFIELD", log.key(), log.number(-3, 4));
                    case 21 -> log.words("HLEN", log.key());
                    case 22 -> log.words("XRANGE", log.streamKey(), "-", "+", "COUNT", "9");
                    case 23 -> log.words("XPENDING", log.streamKey(), log.group(), "-", "+", "9");
                    case 24 -> log.words("XINFO", "STREAM", log.streamKey(), "FULL");
                    case 25 ->
                        log.words("EVAL_RO", "return {math.random(9), redis.call('TYPE', KEYS[1])}", "1", log.key());
                    case 26 -> log.words("SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
                    case 27 -> log.words("FUNCTION", "LIST", "WITHCODE");
                    default -> log.words("STRLEN", log.key());
                });
    }

    private Request request(Bytes[] words) {
        return new Request(random.nextInt(DATABASES), 2, Request.DEFAULT_USER, words);
    }

    private Bytes[] words(Object... words) {
        return Arrays.stream(words)
                .map(word -> word instanceof Bytes bytes ? bytes : Bytes.of(word.toString()))
                .toArray(Bytes[]::new);
    }

    private Bytes key() {
        return Bytes.of("key" + random.nextInt(KEYS));
    }

    /** Most of the time one of a few, so that sets meet sets. */
    private Bytes setKey() {
        return random.nextInt(5) > 0 ? Bytes.of("key" + random.nextInt(4)) : key();
    }

    /** Most of the time one of a few, so that lists meet lists. */
    private Bytes listKey() {
        return random.nextInt(5) > 0 ? Bytes.of("key" + random.nextInt(4, 8)) : key();
    }

    /** Most of the time one of a few, so that sorted sets meet sorted sets. */
    private Bytes sortedSetKey() {
        return random.nextInt(5) > 0 ? Bytes.of("key" + random.nextInt(8, 12)) : key();
    }

    /** Most of the time one of a few, so that strings grow long. */
    private Bytes stringKey() {
        return random.nextInt(5) > 0 ? Bytes.of("key" + random.nextInt(12, 15)) : key();
    }

    /** Most of the time one of a few, so that counters meet counters. */
    private Bytes counterKey() {
        return random.nextInt(5) > 0 ? Bytes.of("key" + random.nextInt(15, 17)) : key();
    }

    /** Most of the time one of a few, so that streams meet groups. */
    private Bytes streamKey() {
        return random.nextInt(6) > 0 ? Bytes.of("key" + random.nextInt(17, 19)) : key();
    }

    /** Not long ago, and with luck that of an entry. */
    private String streamId() {
        return nowMillis - random.nextInt(200) + "-" + random.nextInt(2);
    }

    private String group() {
        return "group" + random.nextInt(2);
    }

    private String consumer() {
        return "consumer" + random.nextInt(3);
    }

    private Bytes field() {
        return Bytes.of("field" + random.nextInt(14));
    }

    private Bytes member() {
        return random.nextBoolean() ? Bytes.of(random.nextInt(12)) : field();
    }

    private Bytes score() {
        return random.nextInt(20) == 0 ? Bytes.of("-inf") : Bytes.of(random.nextInt(-40, 40) / 4.0 + "");
    }

    private Bytes text() {
        return random.nextInt(3) == 0
                ? Bytes.of(random.nextInt(100))
                : Bytes.of("v".repeat(random.nextInt(0, 50)) + random.nextInt());
    }

    private Bytes number(int from, int to) {
        return Bytes.of(random.nextInt(from, to));
    }
}
