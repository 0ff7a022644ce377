package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** INFO: what there is to know of the node in Redis' sections and with Redis' names, and a section on Raft. Event loop only. */
final class InfoText {
    /** The release whose behaviour clients may expect. */
    static final String REDIS_VERSION = "7.2.5";

    /** In the order they are told. */
    private static final Map<String, BiConsumer<Sessions, InfoLines>> SECTIONS = sections();

    /** Told only to who asks for them. */
    private static final Set<String> LONG = Set.of("commandstats", "latencystats");

    private InfoText() {}

    private static Map<String, BiConsumer<Sessions, InfoLines>> sections() {
        Map<String, BiConsumer<Sessions, InfoLines>> sections = new LinkedHashMap<>();
        sections.put("server", InfoOfNode::server);
        sections.put("clients", InfoOfNode::clients);
        sections.put("memory", InfoOfNode::memory);
        sections.put("persistence", InfoOfNode::persistence);
        sections.put("stats", InfoOfRequests::stats);
        sections.put("replication", InfoOfGroup::replication);
        sections.put("cpu", InfoOfNode::cpu);
        sections.put("modules", (sessions, lines) -> {});
        sections.put("commandstats", InfoOfRequests::commandstats);
        sections.put("errorstats", InfoOfRequests::errorstats);
        sections.put("latencystats", InfoOfRequests::latencystats);
        sections.put("cluster", InfoOfGroup::cluster);
        sections.put("keyspace", InfoOfGroup::keyspace);
        sections.put("raft", InfoOfGroup::raft);
        return sections;
    }

    private static List<String> usual() {
        return SECTIONS.keySet().stream().filter(name -> !LONG.contains(name)).toList();
    }

    /** @param words {@code INFO [section …]} */
    static String of(Sessions sessions, Bytes[] words) {
        Set<String> wanted = new LinkedHashSet<>(words.length == 1 ? usual() : List.of());
        for (int i = 1; i < words.length; i++) {
            String name = words[i].latin1().toLowerCase(Locale.ROOT);
            switch (name) {
                case "default" -> wanted.addAll(usual());
                case "all", "everything" -> wanted.addAll(SECTIONS.keySet());
                default -> wanted.add(name);
            }
        }
        InfoLines lines = new InfoLines();
        SECTIONS.forEach((name, section) -> {
            if (wanted.contains(name)) {
                lines.section(name);
                section.accept(sessions, lines);
            }
        });
        return lines.toString();
    }
}
