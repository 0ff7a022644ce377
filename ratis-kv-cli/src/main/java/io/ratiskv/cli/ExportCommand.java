package io.ratiskv.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code raft-cli export}. Confined to the main thread; picocli fills the fields. */
@Command(
        name = "export",
        description = "Writes all keys and functions to a file for a Redis, as of one moment, while the node serves.")
final class ExportCommand implements Callable<Integer> {
    private final RaftCli root;

    /** As the server calls them. */
    enum Format {
        RDB,
        AOF
    }

    @Parameters(paramLabel = "FILE", description = "Where to; there must be none of this name yet.")
    private Path file;

    @Option(
            names = "--format",
            paramLabel = "rdb|aof",
            defaultValue = "rdb",
            description = "As the dump.rdb of a Redis, or as commands for redis-cli --pipe. Default: rdb.")
    private Format format;

    ExportCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        String name = format.name().toLowerCase(Locale.ROOT);
        return new Download(root, file).from("/backup?format=" + name, "", (answer, received, bytes) -> {
            String json = Json.object(object -> {
                object.writeStringProperty("file", file.toString());
                object.writeStringProperty("format", name);
                object.writeNumberProperty("bytes", bytes);
            });
            return new Answer(Verdict.OK, answer.node(), json, Result.text(file + ": " + bytes + " bytes"), null);
        });
    }
}
