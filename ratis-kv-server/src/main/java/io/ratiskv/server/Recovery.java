package io.ratiskv.server;

import io.ratiskv.backup.BackupFile;
import io.ratiskv.backup.BackupKey;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.Statistics;
import io.ratiskv.raft.RatisConsensus;
import io.ratiskv.raft.RestoreTarget;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.replication.LogClock;
import io.ratiskv.replication.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a process does with a backup instead of serving. Stateless; the main thread. */
final class Recovery {
    /**
     * What is to be restored.
     *
     * @param backup the file
     * @param name of the new cluster, which no cluster of the same members had before
     * @param archive of the cluster that the backup was taken of; null: the state of the backup itself
     * @param target up to where the archive is applied
     */
    record Request(Path backup, String name, @Nullable Path archive, RestoreTarget target) {
        private static final String NAME = "[A-Za-z0-9._:-]{1,64}";

        /** @throws ConfigException if the words do not make one */
        static Request of(Arguments arguments) throws ConfigException {
            List<String> problems = new ArrayList<>();
            Map<String, String> words = arguments.restoring();
            String name = words.getOrDefault(Arguments.RESTORE_AS, "");
            if (!name.matches(NAME)) {
                problems.add(Arguments.RESTORE_AS + ": a new name of 1 to 64 letters, digits and . _ : - is wanted");
            }
            String archive = words.get(Arguments.RESTORE_ARCHIVE);
            String to = words.get(Arguments.RESTORE_TO);
            RestoreTarget target = RestoreTarget.LATEST;
            if (to != null && archive == null) {
                problems.add(Arguments.RESTORE_TO + ": goes with " + Arguments.RESTORE_ARCHIVE);
            }
            try {
                if (to != null) target = RestoreTarget.parse(to);
            } catch (IllegalArgumentException e) {
                problems.add(Arguments.RESTORE_TO + ": " + e.getMessage());
            }
            if (!problems.isEmpty()) throw new ConfigException(problems);
            String backup = Objects.requireNonNull(arguments.backup());
            return new Request(Path.of(backup), name, archive == null ? null : Path.of(archive), target);
        }
    }

    private Recovery() {}

    /**
     * Reads a backup to its end.
     *
     * @return what is in it, in a sentence
     * @throws IOException with a message for the operator, if it is damaged
     */
    static String verify(Path file, ServerConfig config) throws IOException {
        BackupFile backup = BackupFile.read(file, key(config));
        return "Backup " + file + " is whole: " + contents(backup.machine()) + ", as of index "
                + backup.header().index() + " of cluster " + backup.header().cluster() + ", taken from node "
                + backup.header().node() + " at "
                + Instant.ofEpochMilli(backup.header().takenAtMillis()) + ".";
    }

    /**
     * Fills the data directory of a node of a new cluster.
     *
     * @return what is in it, in a sentence
     * @throws IOException with a message for the operator
     */
    static String restore(ServerConfig config, Request request) throws IOException {
        if (!config.join().isEmpty()) {
            throw new IOException("a node that joins gets everything from the others: --restore goes without --join");
        }
        BackupKey key = key(config);
        BackupFile backup = BackupFile.read(request.backup(), key);
        long index = backup.header().index();
        if (request.target().index() < index
                || request.target().timeMillis() < backup.machine().logTimeMillis()) {
            throw new IOException(
                    "backup " + request.backup() + " was taken later than what --restore-to says: at index " + index
                            + ", " + Instant.ofEpochMilli(backup.machine().logTimeMillis()));
        }
        ApplyLoop state = new ApplyLoop(
                new KeyValueStateMachine(),
                new LogClock(System::currentTimeMillis, System::nanoTime),
                file -> backup.machine());
        state.restore(request.backup(), 0, index);
        if (request.archive() != null) {
            index = RatisConsensus.replay(
                    request.archive(), backup.header().cluster(), key, index, request.target(), state);
        }
        ApplyLoop.FrozenState restored = state.freeze();
        String digest = restored.state().digest().toString();
        // Two nodes that were given different states are of different clusters, and never talk to each other.
        String cluster = Node.firstMembers(config) + Node.RESTORED + request.name() + "@" + index + "-" + digest;
        RatisConsensus.restore(
                Node.raft(config, cluster, null), index, file -> Snapshots.write(restored.state(), file));
        return "Restored " + state.ask(Recovery::contents) + ", as of index " + index + ", digest " + digest
                + ", as node " + config.id() + " of cluster " + request.name()
                + ". Start the node when the others are restored from the same files under the same name.";
    }

    private static @Nullable BackupKey key(ServerConfig config) throws IOException {
        Path file = config.backup().keyFile();
        return file == null ? null : BackupKey.load(file);
    }

    private static String contents(KeyValueStateMachine machine) {
        Statistics statistics = machine.statistics();
        long keys = statistics.databases().stream()
                .mapToLong(Statistics.DatabaseStatistics::keys)
                .sum();
        return keys + (keys == 1 ? " key" : " keys");
    }
}
