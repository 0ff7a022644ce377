package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.EntryCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What earlier releases wrote is read as they meant it: entries of the log give the state that they gave then, snapshots
 * are that state. Nodes of two releases apply the same log while a cluster is upgraded, and old files stay.
 *
 * <p>{@code -Dratiskv.record=VERSION} adds the artefacts of a release; those of one that is out are never
 * written again.
 */
class CompatibilityTest {
    private static final Path RELEASES = Path.of("src/test/resources/releases");
    private static final List<Long> SEEDS = List.of(71L, 72L, 73L);
    private static final int ENTRIES = 1_500;
    private static final int BETWEEN_DIGESTS = 100;

    /** A new log begins. */
    private static final int LOG = 0;

    /** Stamped bytes of the next entry. */
    private static final int ENTRY = 1;

    /** Of the state after the last entry, as hexadecimal digits, behind the version of the way it is folded. */
    private static final int DIGEST = 2;

    /** Bytes of the state after the last entry. */
    private static final int SNAPSHOT = 3;

    private static final int END = 4;

    static List<Path> releases() throws IOException {
        try (Stream<Path> files = Files.list(RELEASES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void what_a_release_wrote_is_read_as_it_was_meant(Path release) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(release)))) {
            KeyValueStateMachine lived = new KeyValueStateMachine();
            KeyValueStateMachine restored = lived;
            long index = 0;
            int digests = 0;
            for (int kind = in.readByte(); kind != END; kind = in.readByte()) {
                switch (kind) {
                    case LOG -> {
                        lived = new KeyValueStateMachine();
                        restored = lived;
                        index = 0;
                    }
                    case ENTRY -> {
                        byte[] entry = in.readNBytes(in.readInt());
                        index++;
                        apply(lived, index, entry);
                        if (restored != lived) {
                            apply(restored, index, entry);
                        }
                    }
                    case DIGEST -> {
                        int version = in.readInt();
                        String then = in.readUTF();
                        if (version == Digest.VERSION) {
                            assertEquals(then, lived.freeze().digest().toString(), "after entry " + index);
                            digests++;
                        }
                        assertEquals(lived.freeze().digest(), restored.freeze().digest(), "after entry " + index);
                    }
                    case SNAPSHOT -> restored = Observation.restored(in.readNBytes(in.readInt()));
                    default -> throw new IOException("a record of kind " + kind);
                }
            }
            assertTrue(digests > 0, "a release whose digests cannot be compared shows little");
        }
    }

    @Test
    void record() throws IOException {
        String version = System.getProperty("ratiskv.record");
        Assumptions.assumeTrue(version != null, "skipped: it runs with -Dratiskv.record=VERSION");
        Path file = RELEASES.resolve(version + ".gz");
        Files.createDirectories(RELEASES);
        try (DataOutputStream out = new DataOutputStream(
                new GZIPOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)))) {
            for (long seed : SEEDS) {
                out.writeByte(LOG);
                record(RandomLog.of(seed, ENTRIES), out);
            }
            out.writeByte(END);
        }
    }

    private static void record(List<RandomLog.Stamped> log, DataOutputStream out) throws IOException {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        for (RandomLog.Stamped stamped : log) {
            byte[] entry = EntryCodec.encode(stamped.entry(), 1);
            EntryCodec.stamp(entry, stamped.stampMillis());
            out.writeByte(ENTRY);
            out.writeInt(entry.length);
            out.write(entry);
            apply(machine, stamped.index(), entry);
            if (stamped.index() == ENTRIES / 2) {
                byte[] snapshot = Observation.bytes(machine.freeze());
                out.writeByte(SNAPSHOT);
                out.writeInt(snapshot.length);
                out.write(snapshot);
            }
            if (stamped.index() % BETWEEN_DIGESTS == 0) {
                out.writeByte(DIGEST);
                out.writeInt(Digest.VERSION);
                out.writeUTF(machine.freeze().digest().toString());
            }
        }
    }

    private static void apply(KeyValueStateMachine machine, long index, byte[] entry) {
        machine.apply(index, EntryCodec.stampMillis(entry), EntryCodec.decode(entry), Audience.REPLICA);
    }
}
