package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.value.GlobPattern;
import io.ratiskv.value.Numeral;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEBUG: what tests of clients and servers ask for, where the operator allows it. Event loop only.
 *
 * <p>What has a meaning here is done; what only steers the inside of Redis changes nothing and is OK where a test goes on
 * all the same, else an error.
 */
final class DebugCommands {
    private static final Logger LOG = LoggerFactory.getLogger(DebugCommands.class);

    private static final String OPTION = "enable-debug-command";

    private static final CommandException NOT_ALLOWED = new CommandException(
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
                    + " you can run it from a local connection, otherwise you need to set this option in the"
                    + " configuration file, and then restart the server.");

    private static final double SLEEP_SECONDS_MAX = 3600;

    /** What DUMP puts around a value: its type, the version and a checksum. */
    private static final int DUMP_FRAME_BYTES = 11;

    /**
     * A subcommand.
     *
     * @param least words, DEBUG and its own name included
     */
    private record Subcommand(String usage, String summary, int least, int most, LocalCommand.Deferred body) {}

    private final Map<String, Subcommand> subcommands = new TreeMap<>();

    private DebugCommands() {}

    static void declare(LocalCommands table) {
        DebugCommands debug = new DebugCommands();
        debug.declareLooks();
        debug.declareDeeds();
        debug.declareNothing();
        debug.declareRefused();
        table.deferred("debug", debug::answer);
    }

    private void answer(Session session, Bytes[] words, Consumer<Reply> reply) {
        if (!allows(session)) {
            throw NOT_ALLOWED;
        }
        String name = LocalCommands.lower(words[1]);
        if (name.equals("help") && words.length == 2) {
            reply.accept(help());
            return;
        }
        Subcommand subcommand = subcommands.get(name);
        if (subcommand == null || words.length < subcommand.least() || words.length > subcommand.most()) {
            throw new CommandException("ERR unknown subcommand or wrong number of arguments for '"
                    + words[1].slice(0, Math.min(words[1].length(), 128)).latin1() + "'. Try DEBUG HELP.");
        }
        subcommand.body().answer(session, words, reply);
    }

    private static boolean allows(Session session) {
        String allowed = session.sessions().node().options().getOrDefault(OPTION, "no");
        HostAndPort client = HostAndPort.parse(session.outlet().remoteAddress());
        boolean local = client != null && isLoopback(client.host());
        return allowed.equals("yes") || allowed.equals("local") && local;
    }

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("::1") || host.equals("[::1]") || host.equals("0:0:0:0:0:0:0:1");
    }

    private Reply help() {
        List<Reply> lines = new ArrayList<>();
        lines.add(new Reply.Simple("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
        subcommands.values().forEach(subcommand -> {
            lines.add(new Reply.Simple(subcommand.usage()));
            lines.add(new Reply.Simple("    " + subcommand.summary()));
        });
        lines.add(new Reply.Simple("HELP"));
        lines.add(new Reply.Simple("    Print this help."));
        return Reply.array(lines);
    }

    private void add(String usage, String summary, int least, int most, LocalCommand.Deferred body) {
        subcommands.put(name(usage).toLowerCase(Locale.ROOT), new Subcommand(usage, summary, least, most, body));
    }

    private static String name(String usage) {
        int end = usage.indexOf(' ');
        return end < 0 ? usage : usage.substring(0, end);
    }

    private void now(String usage, String summary, int least, int most, LocalCommand.Immediate body) {
        add(usage, summary, least, most, (session, words, reply) -> reply.accept(body.answer(session, words)));
    }

    // What is looked at

    private void declareLooks() {
        add("OBJECT key", "Tells how a value is kept.", 3, 3, DebugCommands::object);
        add("SDSLEN key", "Tells the lengths of a key and of its string.", 3, 3, DebugCommands::lengths);
        add(
                "DIGEST",
                "Returns Redis' digest of all keys.",
                2,
                2,
                (session, words, reply) -> session.sessions()
                        .whenDone(
                                session.sessions().administration().contentDigest(RedisDigest::ofAll),
                                Reply.Simple::new,
                                reply));
        add(
                "DIGEST-VALUE [key ...]",
                "Returns Redis' digest of what keys hold.",
                2,
                Integer.MAX_VALUE,
                (s, words, reply) -> {
                    int database = s.state().database();
                    s.sessions()
                            .whenDone(
                                    s.sessions()
                                            .administration()
                                            .contentDigest(state -> ofValues(state, database, words)),
                                    Reply::array,
                                    reply);
                });
        now("STRINGMATCH-LEN pattern string", "Tells whether a pattern matches, as 1 or 0.", 4, 4, (session, words) -> {
            return Reply.of(GlobPattern.compile(words[2]).matches(words[3]) ? 1 : 0);
        });
        add(
                "JMAP",
                "Returns what takes space in the heap.",
                2,
                2,
                (session, words, reply) ->
                        session.sessions().whenDone(HeapHistogram.take(), LocalCommands::text, reply));
    }

    private static List<Reply> ofValues(RedisDigest digest, int database, Bytes[] words) {
        List<Reply> digests = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            digests.add(new Reply.Simple(digest.ofValue(database, words[i])));
        }
        return digests;
    }

    private static void object(Session session, Bytes[] words, Consumer<Reply> reply) {
        List<Request> questions = List.of(
                request(session, Bytes.of("OBJECT"), Bytes.of("ENCODING"), words[2]),
                request(session, Bytes.of("DUMP"), words[2]));
        Question.ask(
                session,
                questions,
                /* write= */ false,
                reply,
                answers -> {
                    if (!(answers.get(0) instanceof Reply.Bulk encoding)
                            || !(answers.get(1) instanceof Reply.Bulk dump)) {
                        throw noSuchKey();
                    }
                    reply.accept(new Reply.Simple("Value at:0x000000000000 refcount:1 encoding:"
                            + encoding.value().latin1() + " serializedlength:"
                            + (dump.value().length() - DUMP_FRAME_BYTES)
                            + " lru:0 lru_seconds_idle:0"));
                });
    }

    private static void lengths(Session session, Bytes[] words, Consumer<Reply> reply) {
        List<Request> questions = List.of(
                request(session, Bytes.of("OBJECT"), Bytes.of("ENCODING"), words[2]),
                request(session, Bytes.of("STRLEN"), words[2]));
        Question.ask(
                session,
                questions,
                /* write= */ false,
                reply,
                answers -> {
                    if (!(answers.get(0) instanceof Reply.Bulk encoding)) {
                        throw noSuchKey();
                    }
                    if (encoding.value().equals(Bytes.of("int")) || !(answers.get(1) instanceof Reply.Int length)) {
                        throw new CommandException("ERR Not an sds encoded string.");
                    }
                    int key = words[2].length();
                    reply.accept(new Reply.Simple("key_sds_len:" + key + ", key_sds_avail:0, key_zmalloc: " + key
                            + ", val_sds_len:" + length.value() + ", val_sds_avail:0, val_zmalloc: " + length.value()));
                });
    }

    private static CommandException noSuchKey() {
        return new CommandException("ERR no such key");
    }

    private static Request request(Session session, Bytes... words) {
        return new Request(
                session.state().database(),
                session.state().protocol(),
                session.state().user(),
                words);
    }

    // What is done

    private void declareDeeds() {
        add("SLEEP seconds", "Answers so much later; other connections do not notice.", 3, 3, DebugCommands::sleep);
        add("POPULATE count [prefix] [size]", "Makes keys that are not there yet.", 3, 5, Population::begin);
        add(
                "RELOAD [option ...]",
                "Takes a snapshot, from which the node would start again.",
                2,
                5,
                DebugCommands::reload);
        add("LOADAOF", "Changes nothing: what the log has is in memory.", 2, 2, (session, words, reply) -> {
            reply.accept(Reply.OK);
        });
        now("LOG message", "Writes a line to the log of the node.", 3, 3, (session, words) -> {
            StringBuilder line = new StringBuilder();
            QuotedWords.append(line, words[2]);
            LOG.warn("DEBUG LOG: {}", line);
            return Reply.OK;
        });
        now(
                "ERROR string",
                "Returns an error.",
                3,
                3,
                (session, words) ->
                        Reply.error(words[2].utf8().replace('\r', ' ').replace('\n', ' ')));
        now("PROTOCOL type", "Returns a value of a type of the protocol.", 3, 3, DebugCommands::protocol);
    }

    private static void sleep(Session session, Bytes[] words, Consumer<Reply> reply) {
        double seconds =
                Numeral.parseDouble(words[2]).orElseThrow(() -> new CommandException("ERR value is not a valid float"));
        if (!(seconds <= SLEEP_SECONDS_MAX)) {
            throw new CommandException("ERR DEBUG SLEEP takes an hour at most");
        }
        long micros = (long) (Math.max(0, seconds) * 1e6);
        if (micros == 0) {
            reply.accept(Reply.OK);
        } else {
            session.sessions().loop().schedule(() -> reply.accept(Reply.OK), micros, TimeUnit.MICROSECONDS);
        }
    }

    private static void reload(Session session, Bytes[] words, Consumer<Reply> reply) {
        for (int i = 2; i < words.length; i++) {
            if (!words[i].equalsIgnoreCase("MERGE")
                    && !words[i].equalsIgnoreCase("NOFLUSH")
                    && !words[i].equalsIgnoreCase("NOSAVE")) {
                throw new CommandException("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
            }
        }
        session.sessions().whenDone(session.sessions().administration().snapshot(), index -> Reply.OK, reply);
    }

    private static Reply protocol(Session session, Bytes[] words) {
        List<Reply> numbers = List.of(Reply.of(0), Reply.of(1), Reply.of(2));
        return switch (LocalCommands.lower(words[2])) {
            case "string" -> Reply.bulk("Hello World");
            case "integer" -> Reply.of(12345);
            case "double" -> new Reply.Decimal(3.141);
            case "bignum" -> new Reply.BigNumber("1234567999999999999999999999999999999");
            case "null" -> Reply.NULL;
            case "array" -> Reply.array(numbers);
            case "set" -> new Reply.Set(numbers);
            case "map" ->
                new Reply.Map(List.of(
                        Reply.of(0),
                        new Reply.Bool(false),
                        Reply.of(1),
                        new Reply.Bool(true),
                        Reply.of(2),
                        new Reply.Bool(false)));
            // No reply of this server has attributes; what follows them is the reply proper.
            case "attrib" -> Reply.bulk("Some real reply following the attribute");
            case "push" -> push(session);
            case "true" -> new Reply.Bool(true);
            case "false" -> new Reply.Bool(false);
            case "verbatim" -> LocalCommands.text("This is a verbatim\nstring");
            default ->
                throw new CommandException(
                        "ERR Wrong protocol type name. Please use one of the following: string|integer|"
                                + "double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
        };
    }

    private static Reply push(Session session) {
        if (session.state().protocol() < 3) {
            throw new CommandException("ERR RESP2 is not supported by this command");
        }
        if (session.state().id() == 0) {
            throw new CommandException("ERR DEBUG PROTOCOL push needs a connection");
        }
        session.push(new Reply.Push(List.of(Reply.bulk("server-cpu-usage"), Reply.of(42))));
        return Reply.bulk("Some real reply following the push reply");
    }

    // What has no meaning here

    /** Tests that ask for it find what they look for all the same. */
    private void declareNothing() {
        nothing("SET-ACTIVE-EXPIRE 0|1", "Changes nothing: a due key is absent whether it was deleted or not.", 3);
        nothing("QUICKLIST-PACKED-THRESHOLD size", "Changes nothing: elements of every size are kept alike.", 3);
        nothing("CHANGE-REPL-ID", "Changes nothing: the log is the same on all nodes.", 2);
        nothing("PAUSE-CRON 0|1", "Changes nothing: there is no cron.", 3);
        nothing("REPLYBUFFER option value", "Changes nothing: replies are buffered otherwise.", 4);
    }

    private void nothing(String usage, String summary, int words) {
        now(usage, summary, words, words, (session, given) -> Reply.OK);
    }

    private void declareRefused() {
        String values = "values are kept in other shapes; OBJECT ENCODING and MEMORY USAGE tell of a key";
        refused("LISTPACK key", values);
        refused("QUICKLIST key", values);
        refused("HTSTATS dbid", values);
        refused("HTSTATS-KEY key", values);
        refused("STRUCTSIZE", values);
        String crash = "end the process from outside, as an accident would";
        refused("SEGFAULT", crash);
        refused("PANIC", crash);
        refused("ASSERT", crash);
        refused("OOM", crash);
        refused("RESTART", crash);
        refused("CRASH-AND-RECOVER", crash);
        refused("LEAK string", "memory that nobody refers to is freed");
        String memory = "memory is the JVM's; DEBUG JMAP and MEMORY STATS tell of it";
        refused("MALLCTL key", memory);
        refused("MALLCTL-STR key", memory);
        refused("CLIENT-EVICTION", "clients are not evicted for memory");
        refused("REPLICATE string", "only the log replicates, and it makes no replica differ");
        refused("CLUSTERLINK", "nodes speak Raft with each other");
        refused("DROP-CLUSTER-PACKET-FILTER type", "nodes speak Raft with each other");
        refused("AOF-FLUSH-SLEEP micros", "there is no append only file but the log");
        refused("CONFIG-REWRITE-FORCE-ALL", "the file of a node is the operator's");
        refused("SET-SKIP-CHECKSUM-VALIDATION 0|1", "what has a wrong checksum is never taken");
        refused("SET-DISABLE-DENY-SCRIPTS 0|1", "what a script must not do would differ from node to node");
        refused("STRINGMATCH-TEST", "patterns are tested when the server is built");
    }

    private void refused(String usage, String reason) {
        String error = "ERR DEBUG " + name(usage) + " is not supported: " + reason;
        add(usage, "Refused: " + reason + ".", 2, Integer.MAX_VALUE, (session, words, reply) -> {
            throw new CommandException(error);
        });
    }
}
