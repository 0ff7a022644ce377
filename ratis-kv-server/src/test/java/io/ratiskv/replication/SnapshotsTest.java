package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.machine.KeyValueStateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node knows of its snapshots. */
class SnapshotsTest {
    @TempDir
    Path directory = Path.of("");

    private final LogClock clock = new LogClock(() -> 1_000, () -> 0);
    private final ApplyLoop state =
            new ApplyLoop(new KeyValueStateMachine(), clock, file -> new KeyValueStateMachine());

    @Test
    void a_node_that_began_with_a_snapshot_tells_of_it_before_it_takes_one() throws IOException {
        Path file = Files.writeString(directory.resolve("snapshot.3_40"), "of an earlier process");
        Files.setLastModifiedTime(file, FileTime.fromMillis(77_000));
        try (Snapshots snapshots = new Snapshots(new Snapshots.Settings(1 << 20, 1_000), state, new ControlledNode())) {
            assertEquals(new Snapshots.Last(0, 0, -1, 0), snapshots.last());
            state.restore(file, 3, 40);
            assertEquals(new Snapshots.Last(40, 77_000, -1, 21), snapshots.last());
        }
    }

    @Test
    void a_snapshot_that_the_leader_sent_is_the_newest() throws IOException {
        Path older = Files.writeString(directory.resolve("snapshot.3_40"), "older");
        Path newer = Files.writeString(directory.resolve("snapshot.4_90"), "the newer");
        Files.setLastModifiedTime(newer, FileTime.fromMillis(99_000));
        try (Snapshots snapshots = new Snapshots(new Snapshots.Settings(1 << 20, 1_000), state, new ControlledNode())) {
            state.restore(older, 3, 40);
            assertEquals(40, snapshots.last().index());
            state.restore(newer, 4, 90);
            assertEquals(new Snapshots.Last(90, 99_000, -1, 9), snapshots.last());
        }
    }
}
