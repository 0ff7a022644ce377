package io.ratiskv.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that a node gives, whole or not at all: it has its name once it is safe on the disk. Confined to the main thread.
 *
 * @param file there must be none of this name yet; its owner alone may read it
 */
record Download(RaftCli root, Path file) {
    /** Says what was received, or that it is not what was asked for. */
    @FunctionalInterface
    interface Description {
        Answer of(Answer answer, Path received, long bytes) throws IOException;
    }

    /**
     * Fetches it and prints what it is.
     *
     * @param header of the request, with its line end; empty for none
     * @return the exit code
     */
    int from(String path, String header, Description description) throws IOException {
        if (Files.exists(file)) throw root.usage(file + " exists");
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Answer answer;
        try (Nodes nodes = root.nodes()) {
            Files.deleteIfExists(partial);
            Files.createFile(partial);
            if (Files.getFileStore(partial).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
            }
            answer = nodes.download(path, header, partial);
            if (answer.good()) answer = description.of(answer, partial, Files.size(partial));
            if (answer.good()) keep(partial);
        } catch (IOException failed) {
            answer = Answer.failed(Verdict.REFUSED, "", file + " can not be written: " + failed);
        }
        Files.deleteIfExists(partial);
        return root.printer().print(answer, Result::plain);
    }

    private void keep(Path partial) throws IOException {
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
