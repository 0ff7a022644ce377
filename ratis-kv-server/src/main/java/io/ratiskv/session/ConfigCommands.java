package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** CONFIG and its subcommands. Event loop only. */
final class ConfigCommands {
    private ConfigCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("config|get", ConfigCommands::get);
        table.deferred("config|set", ConfigCommands::set);
        table.barrier("config|resetstat", (session, words) -> {
            session.sessions().resetStatistics();
            return Reply.OK;
        });
        table.barrier("config|rewrite", (session, words) -> {
            throw new CommandException("ERR The server is running without a config file");
        });
    }

    private static Reply get(Session session, Bytes[] words) {
        List<GlobPattern> patterns = new ArrayList<>();
        Set<String> exact = new HashSet<>();
        for (int i = 2; i < words.length; i++) {
            patterns.add(GlobPattern.compile(words[i], /* ignoreCase= */ true));
            exact.add(LocalCommands.lower(words[i]));
        }
        List<Reply> found = new ArrayList<>();
        session.sessions().nodeSettings().all().forEach((name, value) -> {
            Bytes key = Bytes.of(name);
            if (exact.contains(name) || patterns.stream().anyMatch(pattern -> pattern.matches(key))) {
                found.add(Reply.bulk(key));
                found.add(Reply.bulk(value));
            }
        });
        return new Reply.Map(found);
    }

    private static void set(Session session, Bytes[] words, Consumer<Reply> reply) {
        NodeSettings settings = session.sessions().nodeSettings();
        if (words.length % 2 != 0) {
            throw new CommandException("ERR wrong number of arguments for 'config|set' command");
        }
        Map<String, Bytes> wanted = new LinkedHashMap<>();
        for (int i = 2; i < words.length; i += 2) {
            String name = LocalCommands.lower(words[i]);
            if (!settings.knows(name)) {
                throw new CommandException(
                        "ERR Unknown option or number of arguments for CONFIG SET - '" + words[i].latin1() + "'");
            }
            if (wanted.put(name, words[i + 1]) != null) {
                throw new CommandException("ERR CONFIG SET failed (possibly related to argument '" + words[i].latin1()
                        + "') - duplicate parameter");
            }
        }
        // All are checked before the first takes effect, and what the log may still refuse comes first.
        List<Supplier<CompletableFuture<Void>>> changes = new ArrayList<>();
        wanted.forEach((name, value) ->
                changes.add(settings.replicates(name) ? 0 : changes.size(), settings.checked(name, value)));
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Supplier<CompletableFuture<Void>> change : changes) {
            done = done.thenCompose(before -> change.get());
        }
        session.sessions().whenDone(done, all -> Reply.OK, reply);
    }
}
