package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Walks a Redis and a cluster and compares every key: what it holds, whatever its encoding, and when it expires. Confined to
 * one thread.
 *
 * <p>The cluster's SCAN tells each key once; that of Redis may tell one twice. So every key of the cluster is looked up on both
 * sides, and of the source only those keys count besides that the cluster has not. What differs is looked at once more at the
 * end: a key can expire between two looks.
 */
public final class Comparison {
    private static final int SCAN_COUNT = 256;

    /** More are not kept for a second look. */
    private static final int DOUBTFUL_MAX = 100_000;

    private static final Pattern DATABASE = Pattern.compile("(?m)^db(\\d+):");

    private final RespWire source;
    private final RespWire cluster;
    private final int shown;
    private final LongConsumer progress;

    private final SortedMap<Integer, Sides> databases = new TreeMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private long differing;
    private long looked;
    private String deadlineCommand = "PEXPIRETIME";

    private Comparison(RespWire source, RespWire cluster, int shown, LongConsumer progress) {
        this.source = source;
        this.cluster = cluster;
        this.shown = shown;
        this.progress = progress;
    }

    /** What was added up. */
    public static final class Side {
        private long count;
        private Fingerprint sum = Fingerprint.ZERO;

        private void add(@Nullable Fingerprint print) {
            if (print == null) return;
            count++;
            sum = sum.plus(print);
        }

        public long count() {
            return count;
        }

        /** Of all, 128 bits in hexadecimal. */
        public String digest() {
            return sum.toString();
        }

        private boolean agrees(Side other) {
            return count == other.count && sum.equals(other.sum);
        }
    }

    /** Of the keys of a database, or of the functions. */
    public record Sides(Side source, Side cluster) {
        private Sides() {
            this(new Side(), new Side());
        }

        public boolean agree() {
            return source.agrees(cluster);
        }
    }

    /** How the two differ in a key. */
    public enum Kind {
        ONLY_SOURCE,
        ONLY_CLUSTER,
        DIFFERENT,
        /** One of them does not dump it, or in no form that is known here. */
        UNREADABLE
    }

    /** A key in which the two differ. */
    public record Difference(int database, Bytes key, Kind kind) {}

    /**
     * What came of it.
     *
     * @param databases by number
     * @param functions null where the source has none, before Redis 7.0
     * @param differences the first
     * @param differing how many there are in all
     * @param exactDeadlines whether it was compared when keys expire, not only whether: before Redis 7.0 it does not say
     */
    public record Result(
            SortedMap<Integer, Sides> databases,
            @Nullable Sides functions,
            List<Difference> differences,
            long differing,
            boolean exactDeadlines) {
        public boolean equal() {
            return differing == 0
                    && databases.values().stream().allMatch(Sides::agree)
                    && (functions == null || functions.agree());
        }
    }

    /**
     * Compares everything.
     *
     * @param database the only one; null for all
     * @param shown how many differences are named at most
     * @param progress is told how many keys were looked at
     * @throws IOException when one of the two does not answer, or refuses
     */
    public static Result run(
            Servers source, Servers cluster, @Nullable Integer database, int shown, LongConsumer progress)
            throws IOException {
        try (RespWire one = source.open(0);
                RespWire other = cluster.openAny()) {
            return new Comparison(one, other, shown, progress).run(database);
        }
    }

    private Result run(@Nullable Integer database) throws IOException {
        source.send(deadlineCommand, "raft-cli");
        if (source.receive() instanceof Reply.Failure) deadlineCommand = "PTTL";
        Set<Integer> numbers = new TreeSet<>();
        if (database == null) {
            numbers.addAll(databases(source));
            numbers.addAll(databases(cluster));
        } else {
            numbers.add(database);
        }
        for (int number : numbers) compare(number);
        return new Result(
                databases, functions(), List.copyOf(differences), differing, deadlineCommand.equals("PEXPIRETIME"));
    }

    private static Set<Integer> databases(RespWire server) throws IOException {
        Set<Integer> numbers = new TreeSet<>();
        String keyspace = RespWire.text(server.ask("INFO", "keyspace"));
        for (MatchResult found : DATABASE.matcher(keyspace).results().toList()) {
            numbers.add(Integer.valueOf(found.group(1)));
        }
        return numbers;
    }

    private void compare(int database) throws IOException {
        source.ask("SELECT", Integer.toString(database));
        cluster.ask("SELECT", Integer.toString(database));
        Sides sides = new Sides();
        databases.put(database, sides);
        List<Bytes> doubtful = new ArrayList<>();
        Set<Bytes> absent = new HashSet<>();
        walk(cluster, keys -> {
            List<@Nullable Fingerprint> theirs = prints(keys);
            for (int i = 0; i < keys.size(); i++) {
                Fingerprint one = theirs.get(2 * i);
                Fingerprint other = theirs.get(2 * i + 1);
                boolean same = one != null && one.isReadable() && one.equals(other);
                if (!same && doubtful.size() < DOUBTFUL_MAX) doubtful.add(keys.get(i));
                else count(database, keys.get(i), one, other, sides);
            }
        });
        walk(source, keys -> {
            for (Bytes key : keys) cluster.send(Bytes.of("EXISTS"), key);
            List<Bytes> now = new ArrayList<>();
            for (Bytes key : keys) {
                if (!(cluster.receive() instanceof Reply.Int there) || there.value() != 0) continue;
                if (absent.size() < DOUBTFUL_MAX) absent.add(key);
                else if (!absent.contains(key)) now.add(key);
            }
            count(database, now, sides);
        });
        absent.addAll(doubtful);
        List<Bytes> again = List.copyOf(absent);
        for (int from = 0; from < again.size(); from += SCAN_COUNT) {
            count(database, again.subList(from, Math.min(again.size(), from + SCAN_COUNT)), sides);
        }
    }

    private void count(int database, List<Bytes> keys, Sides sides) throws IOException {
        List<@Nullable Fingerprint> prints = prints(keys);
        for (int i = 0; i < keys.size(); i++) {
            count(database, keys.get(i), prints.get(2 * i), prints.get(2 * i + 1), sides);
        }
    }

    private void count(int database, Bytes key, @Nullable Fingerprint one, @Nullable Fingerprint other, Sides sides) {
        sides.source().add(one);
        sides.cluster().add(other);
        Kind kind;
        if (one == null && other == null) return;
        if (one == null) kind = Kind.ONLY_CLUSTER;
        else if (other == null) kind = Kind.ONLY_SOURCE;
        else if (!one.isReadable() || !other.isReadable()) kind = Kind.UNREADABLE;
        else if (!one.equals(other)) kind = Kind.DIFFERENT;
        else return;
        differing++;
        if (differences.size() < shown) differences.add(new Difference(database, key, kind));
    }

    /** Takes some keys. */
    @FunctionalInterface
    private interface Keys {
        void take(List<Bytes> keys) throws IOException;
    }

    private void walk(RespWire server, Keys visitor) throws IOException {
        String cursor = "0";
        do {
            Reply.Array answer = (Reply.Array) server.ask("SCAN", cursor, "COUNT", Integer.toString(SCAN_COUNT));
            cursor = RespWire.text(answer.elements().get(0));
            List<Bytes> keys = new ArrayList<>();
            for (Reply element : ((Reply.Array) answer.elements().get(1)).elements()) {
                keys.add(((Reply.Bulk) element).value());
            }
            visitor.take(keys);
            looked += keys.size();
            progress.accept(looked);
        } while (!cursor.equals("0"));
    }

    /** Of each key in turn, on both sides. */
    private List<@Nullable Fingerprint> prints(List<Bytes> keys) throws IOException {
        ask(source, keys);
        ask(cluster, keys);
        List<@Nullable Fingerprint> prints = new ArrayList<>(2 * keys.size());
        for (Bytes key : keys) {
            prints.add(receive(source, key));
            prints.add(receive(cluster, key));
        }
        return prints;
    }

    private void ask(RespWire server, List<Bytes> keys) throws IOException {
        for (Bytes key : keys) {
            server.send(Bytes.of("DUMP"), key);
            server.send(Bytes.of(deadlineCommand), key);
        }
        server.flush();
    }

    private @Nullable Fingerprint receive(RespWire server, Bytes key) throws IOException {
        Reply dump = server.receive();
        Reply deadline = server.receive();
        if (deadline instanceof Reply.Failure failure) throw new RefusedException(failure.text());
        // A value too long to be dumped is a difference; what may be otherwise in a moment is none.
        if (dump instanceof Reply.Failure failure && !failure.code().equals("ERR")) {
            throw new RefusedException(failure.text());
        }
        return Fingerprint.of(key, dump, deadline, deadlineCommand.equals("PEXPIRETIME"));
    }

    private @Nullable Sides functions() throws IOException {
        Sides sides = new Sides();
        source.send("FUNCTION", "LIST", "WITHCODE");
        if (!(source.receive() instanceof Reply.Array libraries)) return null;
        add(libraries, sides.source());
        add((Reply.Array) cluster.ask("FUNCTION", "LIST", "WITHCODE"), sides.cluster());
        return sides;
    }

    private static void add(Reply.Array libraries, Side side) {
        for (Reply library : libraries.elements()) {
            List<Reply> facts = ((Reply.Array) library).elements();
            for (int i = 0; i + 1 < facts.size(); i += 2) {
                boolean code = RespWire.text(facts.get(i)).equals("library_code");
                if (code) side.add(Fingerprint.of(((Reply.Bulk) facts.get(i + 1)).value()));
            }
        }
    }
}
