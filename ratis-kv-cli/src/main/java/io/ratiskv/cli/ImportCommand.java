package io.ratiskv.cli;

import io.ratiskv.cli.migration.FileImport;
import io.ratiskv.cli.migration.ImportException;
import io.ratiskv.cli.migration.LiveImport;
import io.ratiskv.cli.migration.Options;
import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.migration.Tally;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommand {@code import}. Confined to the main thread; picocli fills the fields. */
@Command(
        name = "import",
        sortOptions = false,
        description = {
            "Loads what a Redis holds: its dump.rdb, its append-only file, commands in its protocol; or follows a live one as a"
                    + " replica does.",
            "Every command is numbered, so that it is done once whatever breaks meanwhile. What was loaded before an import"
                    + " failed stays."
        })
final class ImportCommand implements Callable<Integer> {
    private final RaftCli root;

    @Parameters(
            paramLabel = "SOURCE",
            description =
                    "A file; - for standard input; redis://[user:password@]host:port[/db], or rediss over TLS, for a"
                            + " live Redis, which is followed until Ctrl-C.")
    private String source;

    @Mixin
    private final LiveSource live = new LiveSource();

    @Option(
            names = "--until-caught-up",
            description = "Ends when the cluster has done everything that the live source has.")
    private boolean untilCaughtUp;

    @Option(
            names = "--pause-writes",
            paramLabel = "SECONDS",
            description =
                    "When the cluster is near, stops the writers of the live source for so long (CLIENT PAUSE), and goes"
                            + " on to the end. They wait, and are still stopped when the import has ended.")
    private int pauseSeconds;

    @Option(
            names = "--replace",
            description = "Replaces keys and libraries that are there. Default: they are an error.")
    private boolean replaces;

    @Option(names = "--db", paramLabel = "N", description = "Loads this database alone. Default: all.")
    private @Nullable Integer database;

    @Option(names = "--skip-modules", description = "Leaves out keys of Redis' modules. Default: they are an error.")
    private boolean skipsModules;

    @Mixin
    private final RespOption resp = new RespOption();

    ImportCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (pauseSeconds < 0) throw root.usage("--pause-writes must not be negative");
        Access access = root.access();
        RespAddresses addresses = resp.find(root, access);
        Answer problem = addresses.problem();
        if (problem != null) return root.printer().print(problem, HumanText::of);
        Servers cluster = new Servers(addresses.endpoints(), access.user(), access.password(), access.timeoutMillis());
        Surroundings surroundings = root.surroundings();
        ImportReport report = new ImportReport(surroundings.errorIsTerminal() ? surroundings.err() : null);
        try {
            Tally tally = load(cluster, new Options(database, replaces, skipsModules), report);
            report.end();
            root.printer().print(root.output() == Output.JSON ? report.json(tally) : report.text(tally));
            return Verdict.OK.exitCode();
        } catch (ImportException ended) {
            report.end();
            Verdict verdict = switch (ended.outcome()) {
                case OK -> Verdict.OK;
                case REFUSED -> Verdict.REFUSED;
                case UNAVAILABLE -> Verdict.UNAVAILABLE;
                case UNKNOWN -> Verdict.UNKNOWN;
            };
            return failed(verdict, String.valueOf(ended.getMessage()));
        } catch (IOException unreadable) {
            report.end();
            return failed(Verdict.REFUSED, String.valueOf(unreadable.getMessage()));
        }
    }

    private Tally load(Servers cluster, Options options, Consumer<Tally> progress) throws IOException {
        if (RedisUrl.isOne(source)) {
            RedisUrl url = live.url(root, source);
            Integer chosen = options.database() == null ? url.database() : options.database();
            Options all = new Options(chosen, options.replaces(), options.skipsModules());
            try (LiveImport follower = new LiveImport(live.servers(root, url), cluster, all, progress)) {
                return follower.follow(untilCaughtUp || pauseSeconds > 0, pauseSeconds * 1_000L);
            }
        }
        if (untilCaughtUp || pauseSeconds > 0) throw root.usage("only a live source is caught up with or paused");
        if (source.equals("-")) return FileImport.load(root.surroundings().in(), cluster, options, progress);
        try (InputStream file = open()) {
            return FileImport.load(file, cluster, options, progress);
        }
    }

    private InputStream open() {
        try {
            return Files.newInputStream(Path.of(source));
        } catch (IOException unreadable) {
            throw root.usage("cannot read " + source);
        }
    }

    private int failed(Verdict verdict, String error) {
        return root.printer().print(Answer.failed(verdict, "", error), HumanText::of);
    }
}
