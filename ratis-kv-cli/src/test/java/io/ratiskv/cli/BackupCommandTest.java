package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.snapshot.BackupHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups as nodes give them, whole, cut off and refused. */
class BackupCommandTest {
    @TempDir
    Path directory;

    private Path file = Path.of("");
    private final byte[] header = new BackupHeader(BackupHeader.Kind.BACKUP, "c", "n2", 42, 1, "1.0", "00").encode();

    @BeforeEach
    void name() {
        file = directory.resolve("b.rkv");
    }

    /** Takes one request, answers these bytes and closes the connection. */
    private record OneAnswer(ServerSocket server, Thread thread) implements AutoCloseable {
        static OneAnswer of(int status, int claimedLength, byte[] body) throws IOException {
            ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread thread = Thread.ofPlatform().start(() -> {
                try (Socket socket = server.accept();
                        OutputStream out = socket.getOutputStream()) {
                    socket.getInputStream().read(new byte[10_000]);
                    String head = "HTTP/1.1 " + status + " X\r\nContent-Length: " + claimedLength + "\r\n\r\n";
                    out.write(head.getBytes(StandardCharsets.US_ASCII));
                    out.write(body);
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            return new OneAnswer(server, thread);
        }

        String address() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private Calls.Ended backup(String addresses) {
        return Calls.call("backup", file.toString(), "--address", addresses);
    }

    @Test
    void it_is_a_file_of_the_owner_alone_and_its_contents_are_told() throws IOException {
        try (OneAnswer node = OneAnswer.of(200, header.length, header)) {
            Calls.Ended ended = backup(node.address());
            assertEquals(0, ended.code(), ended.err());
            assertTrue(
                    ended.out().contains("up to index 42, from node n2: " + header.length + " bytes, encrypted"),
                    ended.out());
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(header.length, Files.size(file));
    }

    @Test
    void one_that_is_cut_off_is_no_backup_and_another_node_is_asked() throws IOException {
        try (OneAnswer breaks = OneAnswer.of(200, header.length + 1, header)) {
            Calls.Ended ended = backup(breaks.address());
            assertEquals(3, ended.code(), ended.err());
        }
        assertTrue(Files.notExists(file));
        try (OneAnswer breaks = OneAnswer.of(200, header.length + 1, header);
                OneAnswer whole = OneAnswer.of(200, header.length, header)) {
            assertEquals(0, backup(breaks.address() + "," + whole.address()).code());
        }
        assertEquals(header.length, Files.size(file));
        assertTrue(Files.notExists(directory.resolve("b.rkv.partial")));
    }

    @Test
    void what_a_node_says_against_it_is_told() throws IOException {
        byte[] error =
                "{\"success\":false,\"result\":null,\"error\":\"NOPERM not you\"}".getBytes(StandardCharsets.UTF_8);
        try (OneAnswer node = OneAnswer.of(403, error.length, error)) {
            Calls.Ended ended = backup(node.address());
            assertEquals(1, ended.code());
            assertTrue(ended.err().contains("NOPERM not you"), ended.err());
        }
    }

    @Test
    void nothing_is_overwritten() throws IOException {
        Files.writeString(file, "mine");
        assertEquals(2, backup("http://127.0.0.1:1").code());
        assertEquals("mine", Files.readString(file));
    }
}
