package io.ratiskv.session;

import io.ratiskv.api.Reply;
import io.ratiskv.machine.Statistics;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/** MEMORY, as far as it is about this process and not about a key. Event loop only. */
final class MemoryCommands {
    private static final long CLIENT_BYTES_MAX = 200 * 1024;

    private MemoryCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("memory|stats", (session, words) -> stats(session.sessions()));
        table.barrier("memory|doctor", (session, words) -> LocalCommands.text(report(session.sessions())));
        table.barrier("memory|malloc-stats", (session, words) -> LocalCommands.text(pools()));
        // The collector decides when memory goes back; there is nothing to purge by hand.
        table.now("memory|purge", (session, words) -> Reply.OK);
    }

    private static Reply stats(Sessions sessions) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage beside = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        Statistics statistics = sessions.node().statistics();
        long used = heap.getUsed();
        long resident = heap.getCommitted() + beside.getCommitted();
        long most = sessions.statistics().heapBytesMax();
        long dataset = statistics.memoryBytes();
        long keys = 0;
        List<Reply> facts = new ArrayList<>();
        number(facts, "peak.allocated", most);
        number(facts, "total.allocated", used);
        number(facts, "startup.allocated", 0);
        number(facts, "replication.backlog", 0);
        number(facts, "clients.slaves", 0);
        number(facts, "clients.normal", clientBytes(sessions));
        number(facts, "cluster.links", 0);
        number(facts, "aof.buffer", 0);
        number(facts, "lua.caches", 0);
        number(facts, "functions.caches", 0);
        for (int i = 0; i < statistics.databases().size(); i++) {
            Statistics.DatabaseStatistics database = statistics.databases().get(i);
            keys += database.keys();
            if (database.keys() > 0) {
                facts.add(Reply.bulk("db." + i));
                facts.add(overhead());
            }
        }
        number(facts, "overhead.total", Math.max(0, used - dataset));
        number(facts, "keys.count", keys);
        number(facts, "keys.bytes-per-key", keys == 0 ? 0 : dataset / keys);
        number(facts, "dataset.bytes", dataset);
        decimal(facts, "dataset.percentage", 100.0 * Math.min(dataset, used) / used);
        decimal(facts, "peak.percentage", 100.0 * used / most);
        number(facts, "allocator.allocated", used);
        number(facts, "allocator.active", heap.getCommitted());
        number(facts, "allocator.resident", heap.getCommitted());
        decimal(facts, "allocator-fragmentation.ratio", (double) heap.getCommitted() / used);
        number(facts, "allocator-fragmentation.bytes", heap.getCommitted() - used);
        decimal(facts, "allocator-rss.ratio", 1);
        number(facts, "allocator-rss.bytes", 0);
        decimal(facts, "rss-overhead.ratio", (double) resident / heap.getCommitted());
        number(facts, "rss-overhead.bytes", beside.getCommitted());
        decimal(facts, "fragmentation", (double) resident / used);
        number(facts, "fragmentation.bytes", resident - used);
        return new Reply.Map(facts);
    }

    /** The tables of keys are part of what each key counts. */
    private static Reply overhead() {
        List<Reply> facts = new ArrayList<>();
        number(facts, "overhead.hashtable.main", 0);
        number(facts, "overhead.hashtable.expires", 0);
        number(facts, "overhead.hashtable.slot-to-keys", 0);
        return new Reply.Map(facts);
    }

    private static long clientBytes(Sessions sessions) {
        return sessions.all().stream().mapToLong(ClientLine::memory).sum();
    }

    private static void number(List<Reply> facts, String name, long value) {
        facts.add(Reply.bulk(name));
        facts.add(Reply.of(value));
    }

    private static void decimal(List<Reply> facts, String name, double value) {
        facts.add(Reply.bulk(name));
        facts.add(new Reply.Decimal(value));
    }

    private static String report(Sessions sessions) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long dataset = sessions.node().statistics().memoryBytes();
        List<String> problems = new ArrayList<>();
        if (heap.getMax() > 0 && dataset > heap.getMax() / 2) {
            problems.add("The data take more than half of the heap (" + InfoLines.human(dataset) + " of "
                    + InfoLines.human(heap.getMax()) + "): snapshots and large requests need room beside them. Give the"
                    + " process a larger heap, or let keys expire.");
        }
        long clients = clientBytes(sessions);
        if (clients / Math.max(1, sessions.size()) > CLIENT_BYTES_MAX) {
            problems.add("Clients hold " + InfoLines.human(clients) + " of requests and replies: CLIENT LIST shows, by"
                    + " tot-mem, which of them do not take what they asked for.");
        }
        return problems.isEmpty()
                ? "No problem with memory is known: the data take " + InfoLines.human(dataset) + ", the heap may have "
                        + InfoLines.human(heap.getMax()) + ".\n"
                : "* " + String.join("\n* ", problems) + "\n";
    }

    /** In place of an allocator's statistics: the pools of the JVM. */
    private static String pools() {
        StringBuilder text = new StringBuilder("pool: used, committed, max, peak (bytes; -1: no limit)\n");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getUsage();
            text.append(pool.getName())
                    .append(": ")
                    .append(usage.getUsed())
                    .append(", ")
                    .append(usage.getCommitted())
                    .append(", ")
                    .append(usage.getMax())
                    .append(", ")
                    .append(pool.getPeakUsage().getUsed())
                    .append('\n');
        }
        return text.toString();
    }
}
