package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What concerns the node as a server: TIME, snapshots, SHUTDOWN, and what Redis has and Raft replaces. Event loop only. */
final class ServerCommands {
    private ServerCommands() {}

    static void declare(LocalCommands table) {
        table.now("time", ServerCommands::time);
        table.barrier(
                "lastsave",
                (session, words) ->
                        Reply.of(session.sessions().node().snapshots().lastSeconds()));
        table.deferred(
                "save",
                (session, words, reply) -> session.sessions()
                        .whenDone(session.sessions().administration().snapshot(), index -> Reply.OK, reply));
        table.barrier("bgsave", (session, words) -> {
            if (words.length > 2 || words.length == 2 && !words[1].equalsIgnoreCase("SCHEDULE")) {
                throw CommandException.syntax();
            }
            return backgroundSave(session, "Background saving started");
        });
        table.barrier(
                "bgrewriteaof",
                (session, words) -> backgroundSave(session, "Background append only file rewriting started"));
        table.barrier("shutdown", ServerCommands::shutdown);
        table.now("module|list", (session, words) -> Reply.EMPTY_ARRAY);
        table.now("lolwut", ServerCommands::art);
        refuse(table);
    }

    private static void refuse(LocalCommands table) {
        String log = "the log replicates, RAFT.TRANSFER moves the leader";
        table.refused("replicaof", log);
        table.refused("slaveof", log);
        table.refused("sentinel", "every node takes every command; give the client the addresses of all nodes");
        String copies = "nodes get the log and snapshots over Raft";
        table.refused("sync", copies);
        table.refused("psync", copies);
        table.refused("replconf", copies);
        String modules = "a node that alone had another command could not replay the log";
        table.refused("module|load", modules);
        table.refused("module|loadex", modules);
        table.refused("module|unload", "there is none");
        table.refused("pfselftest", "the counters are tested when the server is built");
    }

    /** Three nodes and the log they agree on. */
    private static final String ART = """
               (o)
              /   \\        1  2  3  4  5
            (o)---(o)     [=][=][=][=][=]\u25b6
            """;

    private static Reply art(Session session, Bytes[] words) {
        if (words.length >= 3 && words[1].equalsIgnoreCase("VERSION")) {
            long version = LocalCommands.integer(words[2]);
            if (version < Integer.MIN_VALUE || version > Integer.MAX_VALUE) {
                throw new CommandException("ERR value is not an integer or out of range");
            }
        }
        return LocalCommands.text(ART + "ratis-kv\nRedis ver. " + InfoText.REDIS_VERSION + "\n");
    }

    private static Reply time(Session session, Bytes[] words) {
        Instant now = Instant.now();
        return Reply.array(List.of(
                Reply.bulk(Long.toString(now.getEpochSecond())), Reply.bulk(Integer.toString(now.getNano() / 1000))));
    }

    private static Reply backgroundSave(Session session, String started) {
        if (session.sessions().node().snapshots().running()) {
            throw new CommandException("ERR Background save already in progress");
        }
        CompletableFuture<Long> saved = session.sessions().administration().snapshot();
        // LASTSAVE and INFO tell how it ended.
        saved.exceptionally(failure -> 0L);
        return new Reply.Simple(started);
    }

    private static Reply shutdown(Session session, Bytes[] words) {
        for (int i = 1; i < words.length; i++) {
            if (words[i].equalsIgnoreCase("ABORT")) {
                throw new CommandException("ERR No shutdown in progress.");
            }
            boolean known = List.of("NOSAVE", "SAVE", "NOW", "FORCE").stream().anyMatch(words[i]::equalsIgnoreCase);
            if (!known) {
                throw CommandException.syntax();
            }
        }
        session.sessions().administration().shutdown();
        // The client learns it from the end of the connection, as from Redis.
        session.state().replyMode(ClientState.ReplyMode.OFF);
        session.quit();
        return Reply.OK;
    }
}
