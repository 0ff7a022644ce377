package io.ratiskv.cli;

import io.ratiskv.cli.migration.Comparison;
import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.wire.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;

/** The subcommand {@code verify}. Confined to the main thread; picocli fills the fields. */
@Command(
        name = "verify",
        sortOptions = false,
        description = {
            "Compares every key of a live Redis and of the cluster: what it holds, whatever its encoding, and when it expires."
                    + " Prints how many there are and a digest of them, of both.",
            "Ends with 0 when both hold the same, else with 1. Writers have to be stopped meanwhile: what they change shows as a"
                    + " difference."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final long PRINT_KEYS = 20_000;

    private final RaftCli root;

    @Parameters(paramLabel = "SOURCE", description = "redis://[user:password@]host:port[/db], or rediss over TLS.")
    private String source;

    @Mixin
    private final LiveSource live = new LiveSource();

    @Option(names = "--db", paramLabel = "N", description = "Compares this database alone. Default: all.")
    private @Nullable Integer database;

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "10",
            description = "Names so many keys that differ at most. Default: 10.")
    private int shown;

    @Mixin
    private final RespOption resp = new RespOption();

    VerifyCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (!RedisUrl.isOne(source))
            throw root.usage("the source of verify is redis://host:port or rediss://host:port");
        RedisUrl url = live.url(root, source);
        Access access = root.access();
        RespAddresses addresses = resp.find(root, access);
        Answer problem = addresses.problem();
        if (problem != null) return root.printer().print(problem, HumanText::of);
        Servers cluster = new Servers(addresses.endpoints(), access.user(), access.password(), access.timeoutMillis());
        try {
            Comparison.Result result = Comparison.run(
                    live.servers(root, url),
                    cluster,
                    database == null ? url.database() : database,
                    shown,
                    progress(root.surroundings()));
            root.printer().print(root.output() == Output.JSON ? json(result) : text(result));
            return result.equal() ? Verdict.OK.exitCode() : Verdict.REFUSED.exitCode();
        } catch (RefusedException refused) {
            return failed(Verdict.REFUSED, String.valueOf(refused.getMessage()));
        } catch (IOException unreachable) {
            return failed(Verdict.UNAVAILABLE, String.valueOf(unreachable.getMessage()));
        }
    }

    private static LongConsumer progress(Surroundings surroundings) {
        if (!surroundings.errorIsTerminal()) return looked -> {};
        PrintStream terminal = surroundings.err();
        long[] printed = {0};
        return looked -> {
            if (looked - printed[0] < PRINT_KEYS) return;
            printed[0] = looked;
            terminal.print(String.format(Locale.ROOT, "\r%,d keys looked at ", looked));
            terminal.flush();
        };
    }

    private int failed(Verdict verdict, String error) {
        return root.printer().print(Answer.failed(verdict, "", error), HumanText::of);
    }

    private static String text(Comparison.Result result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("database", "of", "keys", "digest", ""));
        result.databases().forEach((number, sides) -> addRows(rows, Integer.toString(number), sides));
        Comparison.Sides functions = result.functions();
        if (functions != null) addRows(rows, "functions", functions);
        StringBuilder text = new StringBuilder(Printer.table(rows));
        for (Comparison.Difference difference : result.differences()) {
            text.append("\ndatabase ")
                    .append(difference.database())
                    .append(", ")
                    .append(HumanText.quoted(difference.key().toByteArray()))
                    .append(": ")
                    .append(word(difference.kind()));
        }
        long more = result.differing() - result.differences().size();
        if (more > 0) text.append("\nand ").append(more).append(" keys more");
        if (!result.exactDeadlines()) {
            text.append("\nThe source does not say when keys expire: whether they do was compared.");
        }
        return text.append(result.equal() ? "\nBoth hold the same." : "\nThey differ.")
                .toString();
    }

    private static void addRows(List<List<String>> rows, String what, Comparison.Sides sides) {
        rows.add(row(what, "source", sides.source(), ""));
        rows.add(row(what, "cluster", sides.cluster(), sides.agree() ? "equal" : "different"));
    }

    private static List<String> row(String what, String of, Comparison.Side side, String verdict) {
        return List.of(what, of, Long.toString(side.count()), side.digest(), verdict);
    }

    private static String word(Comparison.Kind kind) {
        return switch (kind) {
            case ONLY_SOURCE -> "only in the source";
            case ONLY_CLUSTER -> "only in the cluster";
            case DIFFERENT -> "different";
            case UNREADABLE -> "cannot be compared, one of the two does not dump it in a known form";
        };
    }

    private static String json(Comparison.Result result) {
        return Json.object(json -> {
            json.writeBooleanProperty("equal", result.equal());
            json.writeBooleanProperty("exact_deadlines", result.exactDeadlines());
            json.writeNumberProperty("differing_keys", result.differing());
            json.writeObjectPropertyStart("databases");
            result.databases().forEach((number, sides) -> write(json, Integer.toString(number), sides));
            json.writeEndObject();
            Comparison.Sides functions = result.functions();
            if (functions != null) write(json, "functions", functions);
            json.writeArrayPropertyStart("differences");
            for (Comparison.Difference difference : result.differences()) {
                json.writeStartObject();
                json.writeNumberProperty("database", difference.database());
                json.writeStringProperty(
                        "key", HumanText.quoted(difference.key().toByteArray()));
                json.writeStringProperty("kind", difference.kind().name().toLowerCase(Locale.ROOT));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, String name, Comparison.Sides sides) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("source_keys", sides.source().count());
        json.writeStringProperty("source_digest", sides.source().digest());
        json.writeNumberProperty("cluster_keys", sides.cluster().count());
        json.writeStringProperty("cluster_digest", sides.cluster().digest());
        json.writeBooleanProperty("equal", sides.agree());
        json.writeEndObject();
    }
}
