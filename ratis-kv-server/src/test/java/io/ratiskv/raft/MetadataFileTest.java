package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.AtomicFileOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a file that Ratis could not write, and what becomes of it at the next start. */
class MetadataFileTest {
    @TempDir
    Path directory;

    private Path vote;
    private Path configuration;

    @BeforeEach
    void name() {
        vote = directory.resolve("raft-meta");
        configuration = directory.resolve("raft-meta.conf");
    }

    /** As Ratis does it, on a disk that takes some bytes and then no more. */
    private static void replaceHalfWay(Path file, byte[] bytes, int taken) {
        assertThrows(IOException.class, () -> {
            try (AtomicFileOutputStream out = new AtomicFileOutputStream(file.toFile())) {
                out.write(bytes, 0, taken);
                throw new IOException("Input/output error");
            }
        });
    }

    private static byte[] vote(long term) {
        return ("#\nterm=" + term + "\nvotedFor=n1\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] configuration(long index) {
        return LogEntryProto.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setConfigurationEntry(RaftConfigurationProto.newBuilder()
                        .addPeers(RaftPeerProto.newBuilder().setId(ByteString.copyFromUtf8("n1"))))
                .build()
                .toByteArray();
    }

    private void restore() throws IOException {
        MetadataFile.restoreBoth(directory, DirectorySync.POSIX);
    }

    @Test
    void a_vote_that_was_written_half_gives_way_to_the_last_whole_one() throws Exception {
        for (int taken = 0; taken < vote(12).length - "=n1\n".length(); taken++) {
            Files.write(vote, vote(11));
            MetadataFile.vote(directory).keepIf(term -> term == 11);
            replaceHalfWay(vote, vote(12), taken);
            restore();
            assertEquals(new String(vote(11), StandardCharsets.ISO_8859_1), Files.readString(vote), "cut at " + taken);
        }
    }

    @Test
    void members_that_were_written_half_give_way_to_the_last_whole_ones() throws Exception {
        for (int taken = 0; taken < configuration(300).length; taken++) {
            Files.write(configuration, configuration(200));
            MetadataFile.configuration(directory).keepIf(index -> index == 200);
            replaceHalfWay(configuration, configuration(300), taken);
            restore();
            assertEquals(
                    200,
                    LogEntryProto.parseFrom(Files.readAllBytes(configuration)).getIndex(),
                    "cut at " + taken);
        }
    }

    @Test
    void a_later_vote_stays() throws Exception {
        Files.write(vote, vote(11));
        MetadataFile.vote(directory).keepIf(term -> term == 11);
        Files.delete(vote);
        Files.write(vote, vote(12));
        restore();
        assertEquals(new String(vote(12), StandardCharsets.ISO_8859_1), Files.readString(vote));
    }

    @Test
    void what_could_not_be_written_is_not_kept() throws Exception {
        Files.write(vote, vote(11));
        MetadataFile file = MetadataFile.vote(directory);
        assertThrows(IOException.class, () -> file.keepIf(term -> term >= 12));
        assertFalse(Files.exists(directory.resolve("raft-meta.whole")));
        file.keepIf(term -> term >= 11);
        file.keepIf(term -> term >= 11);
        replaceHalfWay(vote, vote(12), 8);
        assertThrows(IOException.class, () -> file.keepIf(term -> term >= 1));
        restore();
        assertEquals(new String(vote(11), StandardCharsets.ISO_8859_1), Files.readString(vote));
    }

    @Test
    void what_is_gone_is_not_made_anew() throws Exception {
        Files.write(vote, vote(11));
        MetadataFile.vote(directory).keepIf(term -> term == 11);
        Files.delete(vote);
        restore();
        assertFalse(Files.exists(vote), "somebody took it away");
    }
}
