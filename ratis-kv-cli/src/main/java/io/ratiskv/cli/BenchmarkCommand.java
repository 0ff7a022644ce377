package io.ratiskv.cli;

import io.ratiskv.cli.load.Benchmark;
import io.ratiskv.cli.load.Load;
import io.ratiskv.cli.load.Measured;
import io.ratiskv.cli.load.Target;
import io.ratiskv.cli.load.Target.Protocol;
import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The subcommand {@code benchmark}. Confined to the main thread; picocli fills the fields. */
@Command(
        name = "benchmark",
        sortOptions = false,
        description = {
            "Puts SETs and GETs on the cluster and measures what comes of them.",
            "A client whose node dies goes on at another; a SET without an answer counts as unknown and is not sent again,"
                    + " a GET is, and so is what did not happen, until --timeout. Latencies include all of that.",
            "It writes the keys benchmark:0000000000 and so on."
        })
final class BenchmarkCommand implements Callable<Integer> {
    private static final Pattern RATIO = Pattern.compile("(\\d{1,6}):(\\d{1,6})");
    private static final int VALUE_BYTES_MAX = 64 << 20;

    private final RaftCli root;

    @Option(names = "--operations", paramLabel = "N", defaultValue = "100000", description = "In all. Default: 100000.")
    private long operations;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "50", description = "Connections. Default: 50.")
    private int clients;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests that a client sends before it waits for answers. Default: 1.")
    private int pipeline;

    @Option(names = "--ratio", paramLabel = "SET:GET", defaultValue = "1:1", description = "Default: 1:1.")
    private String ratio;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "64", description = "Of a value. Default: 64.")
    private int valueBytes;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many keys there are to draw from. Default: 100000.")
    private int keys;

    @Option(names = "--protocol", paramLabel = "resp|http", defaultValue = "resp", description = "Default: resp.")
    private Protocol protocol;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Operations that begin in a second, whatever the answers take; a late one counts from when it"
                    + " should have begun. Default: as fast as answers come.")
    private double operationsPerSecond;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Operations of the same kind that are done before and not counted: programs are compiled while they"
                            + " run. Default: 0.")
    private long warmUp;

    @Mixin
    private final RespOption resp = new RespOption();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of keys and values. Default: 1.")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes a page of HTML with charts as well.")
    private @Nullable Path page;

    BenchmarkCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Access access = root.access();
        Load load = load(access);
        List<Target> targets = new ArrayList<>();
        if (protocol == Protocol.HTTP) {
            addHttp(access, targets);
        } else {
            RespAddresses addresses = resp.find(root, access);
            Answer problem = addresses.problem();
            if (problem != null) return root.printer().print(problem, HumanText::of);
            for (Endpoint endpoint : addresses.endpoints()) {
                targets.add(new Target(Protocol.RESP, endpoint, access.user(), access.password()));
            }
        }

        Surroundings surroundings = root.surroundings();
        Measured measured;
        try {
            measured = new Benchmark(load, targets, seed)
                    .run(
                            surroundings.errorIsTerminal()
                                    ? new ProgressBar(surroundings.err(), operations)
                                    : ended -> {});
        } catch (RefusedException refused) {
            return failed(Verdict.REFUSED, String.valueOf(refused.getMessage()));
        } catch (IOException unreachable) {
            return failed(Verdict.UNAVAILABLE, String.valueOf(unreachable.getMessage()));
        }
        BenchmarkReport report = new BenchmarkReport(
                load,
                protocol.name().toLowerCase(Locale.ROOT),
                targets.stream().map(Target::toString).toList(),
                measured);
        surroundings.out().println(root.output() == Output.JSON ? report.json() : report.text());
        if (page != null) Files.writeString(page, HtmlReport.of(report));
        return report.verdict().exitCode();
    }

    private int failed(Verdict verdict, String error) {
        return root.printer().print(Answer.failed(verdict, "", error), HumanText::of);
    }

    private Load load(Access access) {
        Matcher parts = RATIO.matcher(ratio);
        if (!parts.matches()) throw root.usage("--ratio must be two numbers, as in 1:10");
        int sets = Integer.parseInt(parts.group(1));
        int gets = Integer.parseInt(parts.group(2));
        if (sets + gets == 0) throw root.usage("--ratio must not be 0:0");
        atLeastOne("--operations", operations);
        atLeastOne("--clients", clients);
        atLeastOne("--pipeline", pipeline);
        atLeastOne("--keys", keys);
        if (valueBytes < 0 || valueBytes > VALUE_BYTES_MAX)
            throw root.usage("--size must be from 0 to " + VALUE_BYTES_MAX);
        if (warmUp < 0) throw root.usage("--warm-up must not be negative");
        if (!(operationsPerSecond >= 0)) throw root.usage("--rate must not be negative");
        return new Load(
                warmUp,
                operations,
                clients,
                pipeline,
                sets,
                gets,
                valueBytes,
                keys,
                operationsPerSecond,
                access.timeoutMillis());
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) throw root.usage(option + " must be at least 1");
    }

    private void addHttp(Access access, List<Target> targets) {
        @Nullable SSLContext tls = access.secure() ? RespAddresses.tls(root, access) : null;
        for (URI address : access.addresses()) {
            targets.add(new Target(Protocol.HTTP, Endpoint.of(address, tls), access.user(), access.password()));
        }
    }
}
