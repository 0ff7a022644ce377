package io.ratiskv.raft;

import io.ratiskv.tls.Tls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one node must know to take part in a shard's consensus. Immutable; {@link #of} gives the defaults.
 *
 * @param node this node's id, one of {@code members}
 * @param cluster the cluster's name: nodes of different names never talk to each other
 * @param shard which of the cluster's logs this is, from 0
 * @param members who votes when the log is empty; later the log itself says who does
 * @param directory where this node keeps everything of its log; made when missing
 * @param bindHost where to listen, when not on the node's own {@link Member#host}
 * @param electionTimeoutMinMillis the shortest silence of the leader after which a follower stands for election
 * @param electionTimeoutMaxMillis the longest; each follower draws between the two
 * @param tls with authorities, for nodes verify each other; null: links are neither encrypted nor authenticated
 * @param segmentBytes how large a file of the log grows before the next is begun
 * @param diskReserveBytes with fewer free on its disk a leader takes no writes and lets another lead; 0: never
 * @param joining the node was not there when the cluster began: it waits to be added, and {@code members} names it alone
 */
public record RaftOptions(
        String node,
        String cluster,
        int shard,
        List<Member> members,
        Path directory,
        @Nullable String bindHost,
        long electionTimeoutMinMillis,
        long electionTimeoutMaxMillis,
        Fsync fsync,
        @Nullable Tls tls,
        long segmentBytes,
        long diskReserveBytes,
        boolean joining) {

    public RaftOptions {
        members = List.copyOf(members);
        if (members.stream().noneMatch(member -> member.id().equals(node))) {
            throw new IllegalArgumentException("node " + node + " is not among the members " + members);
        }
        if (members.stream().map(Member::id).distinct().count() != members.size()) {
            throw new IllegalArgumentException("two members have the same id: " + members);
        }
        if (electionTimeoutMinMillis < 1 || electionTimeoutMaxMillis < electionTimeoutMinMillis) {
            throw new IllegalArgumentException("election timeouts " + electionTimeoutMinMillis + " to "
                    + electionTimeoutMaxMillis + " ms are no range of positive times");
        }
    }

    public static RaftOptions of(String node, String cluster, List<Member> members, Path directory) {
        return new RaftOptions(
                node, cluster, 0, members, directory, null, 300, 600, Fsync.ALWAYS, null, 64L << 20, 0, false);
    }

    public RaftOptions withFsync(Fsync newFsync) {
        return new RaftOptions(
                node,
                cluster,
                shard,
                members,
                directory,
                bindHost,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                newFsync,
                tls,
                segmentBytes,
                diskReserveBytes,
                joining);
    }

    public RaftOptions withTls(@Nullable Tls newTls) {
        return new RaftOptions(
                node,
                cluster,
                shard,
                members,
                directory,
                bindHost,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                fsync,
                newTls,
                segmentBytes,
                diskReserveBytes,
                joining);
    }

    public RaftOptions withBindHost(@Nullable String newBindHost) {
        return new RaftOptions(
                node,
                cluster,
                shard,
                members,
                directory,
                newBindHost,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                fsync,
                tls,
                segmentBytes,
                diskReserveBytes,
                joining);
    }

    public RaftOptions withElectionTimeout(long minMillis, long maxMillis) {
        return new RaftOptions(
                node,
                cluster,
                shard,
                members,
                directory,
                bindHost,
                minMillis,
                maxMillis,
                fsync,
                tls,
                segmentBytes,
                diskReserveBytes,
                joining);
    }

    public RaftOptions withSegmentBytes(long newSegmentBytes) {
        return new RaftOptions(
                node,
                cluster,
                shard,
                members,
                directory,
                bindHost,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                fsync,
                tls,
                newSegmentBytes,
                diskReserveBytes,
                joining);
    }

    /** Of a node that waits to be added. */
    public RaftOptions asJoining() {
        return new RaftOptions(
                node,
                cluster,
                shard,
                List.of(self()),
                directory,
                bindHost,
                electionTimeoutMinMillis,
                electionTimeoutMaxMillis,
                fsync,
                tls,
                segmentBytes,
                diskReserveBytes,
                true);
    }

    Member self() {
        return members.stream()
                .filter(member -> member.id().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** The Raft group of the shard: the same on every node, different in every other cluster. */
    UUID groupUuid() {
        return UUID.nameUUIDFromBytes(("ratis-kv/" + cluster + "/" + shard).getBytes(StandardCharsets.UTF_8));
    }

    /** The folder Ratis is given; it makes one of its own per group in it. */
    Path storage() {
        return directory.resolve("raft");
    }

    /** Ratis' own folder for the group. */
    Path groupDirectory() {
        return storage().resolve(groupUuid().toString());
    }
}
