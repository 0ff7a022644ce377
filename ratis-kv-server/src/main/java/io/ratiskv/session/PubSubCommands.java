package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.replication.PeerMessage.Listening;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE, PUBLISH, PUBSUB and their like. Event loop only. */
final class PubSubCommands {
    private PubSubCommands() {}

    static void declare(LocalCommands table) {
        listening(table, "", Listening.CHANNEL);
        listening(table, "p", Listening.PATTERN);
        listening(table, "s", Listening.SHARD_CHANNEL);

        // Behind what came before it: a client that hears of a write must find it.
        table.barrier("publish", (session, words) -> publish(session, words, Listening.CHANNEL));
        table.barrier("spublish", (session, words) -> publish(session, words, Listening.SHARD_CHANNEL));

        table.now("pubsub|channels", (session, words) -> channels(session, words, Listening.CHANNEL));
        table.now("pubsub|shardchannels", (session, words) -> channels(session, words, Listening.SHARD_CHANNEL));
        table.now("pubsub|numsub", (session, words) -> counts(session, words, Listening.CHANNEL));
        table.now("pubsub|shardnumsub", (session, words) -> counts(session, words, Listening.SHARD_CHANNEL));
        table.now(
                "pubsub|numpat",
                (session, words) -> Reply.of(
                        session.sessions().pubSub().names(Listening.PATTERN).size()));
    }

    private static void listening(LocalCommands table, String prefix, Listening kind) {
        String subscribe = prefix + "subscribe";
        String unsubscribe = prefix + "unsubscribe";
        table.barrier(subscribe, (session, words) -> listen(session, words, kind, subscribe));
        table.barrier(unsubscribe, (session, words) -> leave(session, words, kind, unsubscribe));
    }

    static boolean whileListening(String name) {
        return switch (name) {
            case "subscribe",
                    "unsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "ssubscribe",
                    "sunsubscribe",
                    "ping",
                    "quit",
                    "reset" -> true;
            default -> false;
        };
    }

    static Reply notWhileListening(Binding binding) {
        return Reply.error("ERR Can't execute '" + binding.command().name()
                + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE" + " / PING / QUIT / RESET are allowed in this context");
    }

    private static Reply listen(Session session, Bytes[] words, Listening kind, String word) {
        PubSub pubSub = session.sessions().pubSub();
        List<Reply> told = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            pubSub.listen(session, kind, words[i]);
            told.add(told(session, kind, word, Reply.bulk(words[i])));
        }
        return lastOf(session, told);
    }

    private static Reply leave(Session session, Bytes[] words, Listening kind, String word) {
        PubSub pubSub = session.sessions().pubSub();
        List<Bytes> names = words.length > 1
                ? List.of(words).subList(1, words.length)
                : List.copyOf(session.state().listening(kind));
        List<Reply> told = new ArrayList<>();
        for (Bytes name : names) {
            pubSub.leave(session, kind, name);
            told.add(told(session, kind, word, Reply.bulk(name)));
        }
        if (told.isEmpty()) {
            told.add(told(session, kind, word, Reply.NULL));
        }
        return lastOf(session, told);
    }

    /** Each channel is told by itself. */
    private static Reply lastOf(Session session, List<Reply> told) {
        told.subList(0, told.size() - 1).forEach(session::emit);
        return told.getLast();
    }

    private static Reply told(Session session, Listening kind, String word, Reply name) {
        ClientState state = session.state();
        int left = kind == Listening.SHARD_CHANNEL
                ? state.listenedTo(kind)
                : state.listenedTo(Listening.CHANNEL) + state.listenedTo(Listening.PATTERN);
        return new Reply.Push(List.of(Reply.bulk(word), name, Reply.of(left)));
    }

    private static Reply publish(Session session, Bytes[] words, Listening kind) {
        // docs/differences.md: Redis takes messages of any size.
        if (words[1].length() + words[2].length() > PubSub.MESSAGE_BYTES_MAX) {
            throw new CommandException(
                    "ERR a message and its channel may have " + PubSub.MESSAGE_BYTES_MAX + " bytes together");
        }
        return Reply.of(session.sessions().pubSub().publish(kind, words[1], words[2]));
    }

    private static Reply channels(Session session, Bytes[] words, Listening kind) {
        if (words.length > 3) {
            throw new CommandException("ERR wrong number of arguments for 'pubsub|channels' command");
        }
        GlobPattern pattern =
                GlobPattern.compile(words.length == 3 ? words[2] : Bytes.of("*"), /* ignoreCase= */ false);
        return Reply.array(session.sessions().pubSub().names(kind).stream()
                .filter(pattern::matches)
                .map(Reply::bulk)
                .toList());
    }

    private static Reply counts(Session session, Bytes[] words, Listening kind) {
        List<Reply> counts = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            counts.add(Reply.bulk(words[i]));
            counts.add(Reply.of(session.sessions().pubSub().clients(kind, words[i])));
        }
        return Reply.array(counts);
    }
}
