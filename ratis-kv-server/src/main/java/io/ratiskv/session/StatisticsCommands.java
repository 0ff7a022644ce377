package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;

/** What the node has counted: INFO and SLOWLOG. Event loop only. */
final class StatisticsCommands {
    private StatisticsCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("info", (session, words) -> LocalCommands.text(InfoText.of(session.sessions(), words)));
        table.barrier(
                "slowlog|get",
                (session, words) -> Reply.array(slowest(session, words, 2).stream()
                        .map(StatisticsCommands::asRedisDoes)
                        .toList()));
        table.barrier(
                "raft.slowlog",
                (session, words) -> Reply.array(slowest(session, words, 1).stream()
                        .map(StatisticsCommands::withSplit)
                        .toList()));
        table.barrier(
                "slowlog|len",
                (session, words) -> Reply.of(session.sessions().slowLog().size()));
        table.barrier("slowlog|reset", (session, words) -> {
            session.sessions().slowLog().clear();
            return Reply.OK;
        });
    }

    /** @param at the place of the optional count */
    private static List<SlowRequest> slowest(Session session, Bytes[] words, int at) {
        String problem = "ERR count should be greater than or equal to -1";
        long count = words.length > at ? LocalCommands.integer(words[at], problem) : 10;
        if (count < -1) {
            throw new CommandException(problem);
        }
        return session.sessions().slowLog().newest(count);
    }

    /** Clients take entries apart by position, so there is no place for more. */
    private static Reply asRedisDoes(SlowRequest slow) {
        return Reply.array(List.of(
                Reply.of(slow.id()),
                Reply.of(slow.atMillis() / 1000),
                Reply.of(slow.durationMicros()),
                words(slow),
                Reply.bulk(slow.client()),
                Reply.bulk(slow.clientName())));
    }

    private static Reply withSplit(SlowRequest slow) {
        List<Reply> facts = new ArrayList<>();
        number(facts, "id", slow.id());
        number(facts, "at-ms", slow.atMillis());
        number(facts, "duration-us", slow.durationMicros());
        number(facts, "queue-us", slow.queueMicros());
        number(facts, "commit-us", slow.commitMicros());
        number(facts, "apply-us", slow.applyMicros());
        facts.add(Reply.bulk("command"));
        facts.add(words(slow));
        facts.add(Reply.bulk("client"));
        facts.add(Reply.bulk(slow.client()));
        facts.add(Reply.bulk("client-name"));
        facts.add(Reply.bulk(slow.clientName()));
        return new Reply.Map(facts);
    }

    private static Reply words(SlowRequest slow) {
        return Reply.array(slow.words().stream().map(Reply::bulk).toList());
    }

    private static void number(List<Reply> facts, String name, long value) {
        facts.add(Reply.bulk(name));
        facts.add(Reply.of(value));
    }
}
