package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** LATENCY: what made clients wait. Event loop only. */
final class LatencyCommands {
    private LatencyCommands() {}

    static void declare(LocalCommands table) {
        table.barrier("latency|latest", (session, words) -> latest(monitor(session)));
        table.barrier("latency|history", (session, words) -> history(monitor(session), words[2].latin1()));
        table.barrier("latency|reset", (session, words) -> reset(monitor(session), words));
        table.barrier("latency|histogram", LatencyCommands::histogram);
        table.barrier(
                "latency|doctor",
                (session, words) -> LocalCommands.text(LatencyDoctor.report(monitor(session), nowSeconds(session))));
        table.barrier("latency|graph", LatencyCommands::graph);
    }

    private static LatencyMonitor monitor(Session session) {
        return session.sessions().statistics().monitor();
    }

    private static long nowSeconds(Session session) {
        return session.sessions().nowMillis() / 1000;
    }

    private static Reply latest(LatencyMonitor monitor) {
        List<Reply> events = new ArrayList<>();
        monitor.events().forEach((name, event) -> {
            LatencyMonitor.Sample last = event.samples().getLast();
            events.add(Reply.array(List.of(
                    Reply.bulk(name),
                    Reply.of(last.atSeconds()),
                    Reply.of(last.millis()),
                    Reply.of(event.maxMillis()))));
        });
        return Reply.array(events);
    }

    private static Reply history(LatencyMonitor monitor, String name) {
        LatencyMonitor.Event event = monitor.event(name);
        List<Reply> samples = new ArrayList<>();
        if (event != null) {
            for (LatencyMonitor.Sample sample : event.samples()) {
                samples.add(Reply.array(List.of(Reply.of(sample.atSeconds()), Reply.of(sample.millis()))));
            }
        }
        return Reply.array(samples);
    }

    private static Reply reset(LatencyMonitor monitor, Bytes[] words) {
        int events = monitor.events().size();
        if (words.length == 2) {
            monitor.clear();
            return Reply.of(events);
        }
        int forgotten = 0;
        for (int i = 2; i < words.length; i++) {
            forgotten += monitor.clear(words[i].latin1()) ? 1 : 0;
        }
        return Reply.of(forgotten);
    }

    private static Reply graph(Session session, Bytes[] words) {
        String name = words[2].latin1();
        LatencyMonitor.Event event = monitor(session).event(name);
        if (event == null) {
            throw new CommandException("ERR No samples available for event '" + words[2].utf8() + "'");
        }
        return LocalCommands.text(LatencyGraph.of(name, event, nowSeconds(session)));
    }

    private static Reply histogram(Session session, Bytes[] words) {
        Set<Binding> wanted = new LinkedHashSet<>();
        for (Binding binding : session.sessions().bindings().all()) {
            if (words.length == 2) {
                wanted.add(binding);
            }
        }
        for (int i = 2; i < words.length; i++) {
            // A container stands for all of its subcommands.
            String name = words[i].latin1().toLowerCase(Locale.ROOT);
            for (Binding binding : session.sessions().bindings().all()) {
                String own = binding.command().name();
                if (own.equals(name) || own.startsWith(name + "|")) {
                    wanted.add(binding);
                }
            }
        }
        List<Reply> namesAndTimes = new ArrayList<>();
        for (Binding binding : wanted) {
            LatencyHistogram histogram = binding.histogram();
            if (histogram != null) {
                namesAndTimes.add(Reply.bulk(binding.command().name()));
                namesAndTimes.add(times(histogram));
            }
        }
        return new Reply.Map(namesAndTimes);
    }

    private static Reply times(LatencyHistogram histogram) {
        List<Reply> microsAndCounts = new ArrayList<>();
        for (LatencyHistogram.Upto upto : histogram.distribution()) {
            microsAndCounts.add(Reply.of(upto.micros()));
            microsAndCounts.add(Reply.of(upto.count()));
        }
        return new Reply.Map(List.of(
                Reply.bulk("calls"),
                Reply.of(histogram.total()),
                Reply.bulk("histogram_usec"),
                new Reply.Map(microsAndCounts)));
    }
}
