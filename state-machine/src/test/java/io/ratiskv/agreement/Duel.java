package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Command;
import io.ratiskv.command.Flag;
import io.ratiskv.command.Group;
import io.ratiskv.transcript.LibrarySubject;
import io.ratiskv.transcript.ReplyText;
import io.ratiskv.transcript.SocketSubject;
import io.ratiskv.value.Limit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The library and a Redis, given the same requests. Confined to one thread.
 *
 * <p>What follows from a clock or from luck is undone at once, on both sides, so that it does not spread: a key that
 * would expire while the duel goes on loses its deadline, and one that SPOP took from is deleted, or one that STOREDIST
 * put distances into, whose last digits are those of the processor; what PFCOUNT wrote into a string of Redis is
 * overwritten, and what is no sound HyperLogLog, in which Redis changes something before it says so, deleted. Redis does so in the transaction of the request
 * itself, in which its clock stands still. A request that may wait is in a transaction too: there it does not.
 */
final class Duel implements LeftOut.Surroundings {
    /** So many requests are sent before the first reply is read. */
    private static final int PIPELINED = 256;

    /** Deadlines nearer than this would be met while the duel goes on. */
    private static final long HORIZON_MILLIS = 3_600_000;

    private static final int DATABASES = 16;

    /** Where an estimate of PFCOUNT stands in Redis' strings when there is none. */
    private static final Bytes NOTHING_COUNTED = Bytes.wrap(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0x80});

    private final LibrarySubject library;
    private final SocketSubject redis;
    private final boolean until72;
    private final Set<String> commandsOfRedis = new HashSet<>();
    private final Map<Difference, Integer> explained = new EnumMap<>(Difference.class);
    private final Map<LeftOut, Integer> leftOut = new EnumMap<>(LeftOut.class);
    private int protocol = 2;

    /** @param until72 whether Redis is older than 7.2 */
    Duel(LibrarySubject library, SocketSubject redis, boolean until72) throws IOException {
        this.library = library;
        this.redis = redis;
        this.until72 = until72;
        for (Reply name : ((Reply.Array) redis.call(0, words("COMMAND", "LIST"))).elements()) {
            commandsOfRedis.add(((Reply.Bulk) name).value().latin1());
        }
    }

    /** How often each difference was met, and each request left out. */
    String tally() {
        StringBuilder text = new StringBuilder();
        leftOut.forEach((kind, times) -> text.append(times + " left out: " + kind.reason() + '\n'));
        explained.forEach((kind, times) -> text.append(times + " differ: " + kind.reason() + '\n'));
        return text.toString();
    }

    /**
     * Runs the steps from a scene's beginning up to the first disagreement.
     *
     * @return an exchange for each step that was a request and was not left out; only the last may be in disagreement
     */
    Course run(Scene scene, List<Step> steps) throws IOException {
        begin(scene);
        return resume(steps);
    }

    /** The exchanges that took place and, if the last one is in disagreement, the number of its step. */
    record Course(List<Exchange> exchanges, int brokenAt) {
        boolean agrees() {
            return brokenAt < 0;
        }
    }

    private void begin(Scene scene) throws IOException {
        protocol = scene.protocol();
        library.begin();
        redis.begin();
        for (Limit limit : Limit.values()) {
            library.configure(limit.setting(), scene.valueOf(limit));
            // An older Redis does not know all of them.
            redis.send(words("CONFIG", "SET", limit.setting(), Long.toString(scene.valueOf(limit))));
        }
        for (int i = 0; i < Limit.values().length; i++) {
            redis.receive();
        }
        Bytes[] hello = words("HELLO", Integer.toString(protocol));
        library.call(0, hello);
        redis.call(0, hello);
    }

    /** Goes on after {@link #run}, with further steps. */
    Course resume(List<Step> steps) throws IOException {
        List<Exchange> exchanges = new ArrayList<>();
        int broken = -1;
        for (int from = 0; from < steps.size() && broken < 0; from += PIPELINED) {
            List<Sent> sent = send(steps, from, Math.min(steps.size(), from + PIPELINED));
            for (Sent one : sent) {
                Exchange exchange = new Exchange(one.command, protocol, one.words, receive(one), one.ours);
                if (broken < 0) {
                    exchanges.add(exchange);
                    broken = agrees(exchange) ? -1 : one.step;
                }
            }
        }
        return new Course(exchanges, broken);
    }

    /** @param followers requests in its transaction, -1 for one without */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it is
    private record Sent(int step, @Nullable Command command, Bytes[] words, Reply ours, int followers) {}

    private List<Sent> send(List<Step> steps, int from, int to) throws IOException {
        long nowMillis = System.currentTimeMillis();
        List<Sent> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            switch (steps.get(i)) {
                case Step.Restore restore -> library.restore();
                case Step.Ask ask -> {
                    Sent one = send(i, ask.words(), nowMillis);
                    if (one != null) {
                        sent.add(one);
                    }
                }
            }
        }
        return sent;
    }

    private @Nullable Sent send(int step, Bytes[] words, long nowMillis) throws IOException {
        @Nullable Command command = library.command(words);
        if (command == null) {
            redis.send(words);
            return new Sent(step, command, words, library.call(nowMillis, words), -1);
        }
        for (LeftOut kind : LeftOut.values()) {
            if (kind.covers(command, words, this)) {
                leftOut.merge(kind, 1, Integer::sum);
                return null;
            }
        }
        Reply ours = ours(words, nowMillis);
        List<Bytes[]> followers = followers(command, words, ours, nowMillis);
        if (followers.isEmpty() && !command.has(Flag.BLOCKING) || !command.takes(words.length)) {
            redis.send(words);
            return new Sent(step, command, words, ours, -1);
        }
        redis.send(words("MULTI"));
        redis.send(words);
        for (Bytes[] follower : followers) {
            redis.send(follower);
            library.call(nowMillis, follower);
        }
        redis.send(words("EXEC"));
        return new Sent(step, command, words, ours, followers.size());
    }

    private Reply ours(Bytes[] words, long nowMillis) throws IOException {
        try {
            Reply ours = library.call(nowMillis, words);
            return ours instanceof Reply.Blocked blocked ? blocked.refused() : ours;
        } catch (RuntimeException broken) {
            // Its state is nobody's any more: the disagreement ends the duel.
            return new Reply.Failure(
                    "(broken) " + broken + " " + List.of(broken.getStackTrace()).subList(0, 8));
        }
    }

    @Override
    public boolean isUntil72() {
        return until72;
    }

    @Override
    public boolean isOnlyOurs(String name) {
        return !commandsOfRedis.contains(name) && library.command(words(name.split("\\|", -1))) != null;
    }

    @Override
    public String encoding(Bytes key) {
        return ReplyText.of(look("OBJECT", "ENCODING", key)).replace("\"", "");
    }

    @Override
    public List<Reply> scores(Bytes key) {
        return look("ZRANGE", key, "0", "-1") instanceof Reply.Array members
                ? members.elements().stream()
                        .map(member -> look("ZSCORE", key, ((Reply.Bulk) member).value()))
                        .toList()
                : List.of();
    }

    private Reply look(Object... words) {
        try {
            return library.call(
                    0,
                    Arrays.stream(words)
                            .map(word -> word instanceof Bytes bytes ? bytes : Bytes.of((String) word))
                            .toArray(Bytes[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isThere(Bytes key) throws IOException {
        return library.call(0, new Bytes[] {Bytes.of("EXISTS"), key}).equals(Reply.of(1));
    }

    /** What has to follow at once on both sides. */
    private List<Bytes[]> followers(Command command, Bytes[] words, Reply ours, long nowMillis) throws IOException {
        List<Bytes[]> followers = new ArrayList<>();
        if (command.name().equals("pfcount") && words.length == 2 && ours instanceof Reply.Int && isThere(words[1])) {
            followers.add(new Bytes[] {Bytes.of("SETRANGE"), words[1], Bytes.of("8"), NOTHING_COUNTED});
        }
        boolean draws = command.name().equals("spop");
        boolean measures = command.group() == Group.GEO
                && Arrays.stream(words).anyMatch(word -> word.equalsIgnoreCase("STOREDIST"));
        boolean corrupts =
                ours instanceof Reply.Failure failure && failure.text().startsWith("INVALIDOBJ");
        if (draws || measures || corrupts) {
            for (int position : command.keyPositions(words)) {
                followers.add(new Bytes[] {Bytes.of("DEL"), words[position]});
            }
        }
        if (library.hasDeadlineBefore(nowMillis + HORIZON_MILLIS)) {
            int[] keys = command.keyPositions(words);
            for (int database = 0; database < DATABASES; database++) {
                followers.add(words("SELECT", Integer.toString(database)));
                for (int position : keys) {
                    followers.add(new Bytes[] {Bytes.of("PERSIST"), words[position]});
                }
            }
            followers.add(words("SELECT", Integer.toString(library.database())));
        }
        return followers;
    }

    private Reply receive(Sent one) throws IOException {
        if (one.followers < 0) {
            return redis.receive();
        }
        redis.receive();
        Reply queued = redis.receive();
        for (int i = 0; i < one.followers; i++) {
            redis.receive();
        }
        Reply executed = redis.receive();
        return executed instanceof Reply.Array array ? array.elements().getFirst() : queued;
    }

    private boolean agrees(Exchange exchange) {
        if (Likeness.of(exchange.name()).holds(exchange)) {
            return true;
        }
        for (Difference difference : Difference.values()) {
            if ((until72 || !difference.isUntil72()) && difference.explains(exchange)) {
                explained.merge(difference, 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    private static Bytes[] words(String... words) {
        return Step.ask(words).words();
    }
}
