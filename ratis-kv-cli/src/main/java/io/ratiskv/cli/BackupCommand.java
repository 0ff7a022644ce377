package io.ratiskv.cli;

import io.ratiskv.snapshot.BackupHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
        if (Files.exists(file)) throw root.usage(file + " exists");
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Answer answer;
        try (Nodes nodes = root.nodes()) {
            Files.deleteIfExists(partial);
            Files.createFile(partial);
            if (Files.getFileStore(partial).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
            }
            answer = nodes.download("/backup", stale ? "X-Read-Consistency: stale\r\n" : "", partial);
            if (answer.good()) answer = kept(answer, partial);
        } catch (IOException failed) {
            answer = Answer.failed(Verdict.REFUSED, "", partial + " can not be written: " + failed);
        }
        Files.deleteIfExists(partial);
        return root.printer().print(answer, Result::plain);
    }

    /** Gives the file its name, once it is safe on the disk. */
    private Answer kept(Answer answer, Path partial) throws IOException {
        BackupHeader header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(partial))) {
            header = BackupHeader.read(BackupHeader.Kind.BACKUP, in);
        }
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        long bytes = Files.size(partial);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
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
