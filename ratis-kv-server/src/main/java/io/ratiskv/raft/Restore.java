package io.ratiskv.raft;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.util.MD5FileUtil;

/**
 * Makes the data directory of a node whose cluster begins with a state instead of nothing: a snapshot, an empty log that
 * goes on behind it, the members, and no vote. Stateless; any thread.
 *
 * <p>Every node of the new cluster is given the same state under the same name of the cluster, so they all agree on what
 * was "committed" before the first entry. Terms begin again: the group is another one than that which wrote the state, and
 * no node of the old one talks to it.
 */
public final class Restore {
    /** Writes the state as a snapshot file, synced. */
    @FunctionalInterface
    public interface StateFile {
        void write(Path file) throws IOException;
    }

    /** That of the entry which the state is taken to end with. */
    private static final long TERM = 1;

    private Restore() {}

    /**
     * @param index of the last entry in the state
     * @throws IOException with a message for the operator; the directory is to be emptied then, unless it was not empty
     */
    static void into(RaftOptions options, long index, StateFile state, DirectorySync directorySync) throws IOException {
        try (NodeIdentity identity = NodeIdentity.claimEmpty(options, directorySync)) {
            Path root = options.groupDirectory();
            Path current = Files.createDirectories(root.resolve(RaftStorageDirectory.CURRENT_DIR_NAME));
            Path snapshots = Files.createDirectories(root.resolve(RaftStorageDirectory.STATE_MACHINE_DIR_NAME));
            Path snapshot = snapshots.resolve("snapshot." + TERM + "_" + index);
            state.write(snapshot);
            MD5FileUtil.saveMD5File(snapshot.toFile(), MD5FileUtil.computeMd5ForFile(snapshot.toFile()));
            writeMembers(current.resolve(MetadataFile.CONFIGURATION), options, index);
            writeVote(current.resolve(MetadataFile.VOTE));
            directorySync.syncTree(options.storage());
            // With this the directory is a node's: what a crash leaves before belongs to nobody and is refused.
            identity.formatted(options);
        }
    }

    private static void writeMembers(Path file, RaftOptions options, long index) throws IOException {
        RaftConfigurationProto.Builder members = RaftConfigurationProto.newBuilder();
        for (Member member : options.members()) {
            members.addPeers(MemberChanges.first(member, /* joins= */ false).getRaftPeerProto());
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            LogEntryProto.newBuilder()
                    .setTerm(TERM)
                    .setIndex(index)
                    .setConfigurationEntry(members)
                    .build()
                    .writeTo(out);
        }
    }

    /** As Ratis writes it; nobody was voted for. */
    private static void writeVote(Path file) throws IOException {
        Properties vote = new Properties();
        vote.setProperty("term", Long.toString(TERM));
        vote.setProperty(
                "votedFor", RaftStorageMetadata.getDefault().getVotedFor().toString());
        try (Writer out = Files.newBufferedWriter(file)) {
            vote.store(out, null);
        }
    }
}
