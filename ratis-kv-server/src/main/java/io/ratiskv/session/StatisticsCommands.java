package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/** What the node has counted: INFO, SLOWLOG, LATENCY, MEMORY. Event loop only. */
final class StatisticsCommands {
    private StatisticsCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("info", (session, words) -> LocalCommands.text(InfoText.of(session.sessions(), words)));
        table.barrier("slowlog|get", StatisticsCommands::slowlogGet);
        table.barrier(
                "slowlog|len",
                (session, words) -> Reply.of(session.sessions().slowLog().size()));
        table.barrier("slowlog|reset", (session, words) -> {
            session.sessions().slowLog().clear();
            return Reply.OK;
        });
        // No event is ever slow enough while latency-monitor-threshold is 0, which it always is.
        table.now("latency|latest", (session, words) -> Reply.EMPTY_ARRAY);
        table.now("latency|history", (session, words) -> Reply.EMPTY_ARRAY);
        table.now("latency|reset", (session, words) -> Reply.of(0));
        table.now("latency|histogram", (session, words) -> new Reply.Map(List.of()));
        table.now(
                "latency|doctor",
                (session, words) -> LocalCommands.text("Latency monitoring is disabled here;"
                        + " SLOWLOG GET and the metrics over HTTP tell what took long.\n"));
        table.now("latency|graph", (session, words) -> {
            throw new CommandException("ERR No samples available for event '" + words[2].latin1() + "'");
        });
        table.now(
                "memory|doctor",
                (session, words) -> LocalCommands.text(
                        "The memory of this node is the heap of a JVM: INFO memory tells its use.\n"));
        table.now("memory|purge", (session, words) -> Reply.OK);
        table.now(
                "memory|malloc-stats",
                (session, words) -> LocalCommands.text("The memory of this node is the heap of a JVM.\n"));
        table.barrier("memory|stats", StatisticsCommands::memoryStats);
    }

    private static Reply slowlogGet(Session session, Bytes[] words) {
        String problem = "ERR count should be greater than or equal to -1";
        long count = words.length == 3 ? LocalCommands.integer(words[2], problem) : 10;
        if (count < -1) {
            throw new CommandException(problem);
        }
        return Reply.array(session.sessions().slowLog().newest(count));
    }

    private static Reply memoryStats(Session session, Bytes[] words) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long keys = 0;
        for (var database : session.sessions().node().statistics().databases()) {
            keys += database.keys();
        }
        long dataset = session.sessions().node().statistics().memoryBytes();
        List<Reply> facts = new ArrayList<>();
        number(facts, "total.allocated", heap.getUsed());
        number(facts, "heap.committed", heap.getCommitted());
        number(facts, "heap.max", heap.getMax());
        number(facts, "keys.count", keys);
        number(facts, "keys.bytes-per-key", keys == 0 ? 0 : dataset / keys);
        number(facts, "dataset.bytes", dataset);
        return new Reply.Map(facts);
    }

    private static void number(List<Reply> facts, String name, long value) {
        facts.add(Reply.bulk(name));
        facts.add(Reply.of(value));
    }
}
