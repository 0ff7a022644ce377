package io.ratiskv.cli;

import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code raft-cli backup}. Confined to the main thread; picocli fills the fields. */
@Command(
        name = "backup",
        description = "Takes a backup of the node asked, while it serves: everything that was acknowledged before.",
        footer = {
            "",
            "It is encrypted if the node has a --backup-key-file. ratis-kv-server --verify-backup FILE reads it to its end,",
            "--restore FILE begins a new cluster with it."
        })
final class BackupCommand implements Callable<Integer> {
    private final RaftCli root;

    @Parameters(paramLabel = "FILE", description = "Where to; there must be none of this name yet.")
    private Path file;

    @Option(
            names = "--stale",
            description = "What the node holds, be there a leader or not: for the last node that is left.")
    private boolean stale;

    BackupCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        String header = stale ? "X-Read-Consistency: stale\r\n" : "";
        return new Download(root, file).from("/backup", header, this::described);
    }

    private Answer described(Answer answer, Path received, long bytes) throws IOException {
        BackupHeader header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(received))) {
            header = BackupHeader.read(BackupHeader.Kind.BACKUP, in);
        }
        boolean encrypted = !header.salt().isEmpty();
        String json = Json.object(object -> {
            object.writeStringProperty("file", file.toString());
            object.writeNumberProperty("index", header.index());
            object.writeStringProperty("cluster", header.cluster());
            object.writeStringProperty("node", header.node());
            object.writeNumberProperty("bytes", bytes);
            object.writeBooleanProperty("encrypted", encrypted);
        });
        String human = file + " holds everything up to index " + header.index() + ", from node " + header.node() + ": "
                + bytes + " bytes, " + (encrypted ? "encrypted" : "not encrypted");
        return new Answer(Verdict.OK, answer.node(), json, Result.text(human), null);
    }
}
