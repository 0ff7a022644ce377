package io.ratiskv.raft;

import io.ratiskv.tls.Tls;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * Every property of Ratis that is set, each with its reason; key names and defaults as in the source of 3.3.0, which
 * differs from its documentation. Stateless.
 *
 * <p>What is not set here was looked at and left at its default.
 */
final class RaftSettings {
    /**
     * The largest entry that may be submitted. Ratis compares whole log records with {@link #APPENDER_BYTES} and
     * deposes the leader when one is larger, so this stays well below.
     */
    static final int ENTRY_BYTES_MAX = (1 << 20) + (64 << 10);

    /**
     * What one AppendEntries carries at most, and at the same time the largest log record that Ratis reads back. The
     * second makes it a constant of the disk format: lowered, old logs no longer open.
     */
    static final int APPENDER_BYTES = 4 << 20;

    private static final int SNAPSHOT_CHUNK_BYTES = 4 << 20;

    private RaftSettings() {}

    static RaftProperties properties(RaftOptions options) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new DurableRpcType());
        storage(properties, options);
        log(properties, options);
        replication(properties);
        snapshots(properties);
        elections(properties, options);
        memory(properties);
        threads(properties);
        transport(properties, options);
        return properties;
    }

    private static void storage(RaftProperties properties, RaftOptions options) {
        // The default is below /tmp.
        RaftServerConfigKeys.setStorageDir(properties, List.of(options.storage().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, options.directory().resolve("removed-groups").toFile());
        // Looked at only at start (default 0): room for the next file of the log, else say so and do not start.
        RaftServerConfigKeys.setStorageFreeSpaceMin(properties, SizeInBytes.valueOf(options.segmentBytes()));
        // The default, written down because the other choice, WARN_AND_RETURN, silently drops acknowledged entries.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    }

    private static void log(RaftProperties properties, RaftOptions options) {
        // Default true: one more entry, flushed, for every commit, at 30-40 % of the writes. It only lets a server
        // apply before it knows a leader; we wait for the leader.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // Asynchronous flushing counts an entry as stored although the flush failed or has not reached it.
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        // Unsafe flushing acknowledges before the flush: exactly what --fsync relaxed names.
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, options.fsync() == Fsync.RELAXED);
        // Waits in the log's writer, before entries count as stored, for SegmentDurability.
        RaftServerConfigKeys.Log.StateMachineData.setSync(properties, true);
        // Default 32 MB. Files are deleted whole, and each new one costs a flush of its header and its folder.
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(options.segmentBytes()));
        // Flushing within allocated space is 1.7 times as fast. In steps of 4 MB, not the whole file at once: the
        // space is filled with bytes, and every new term begins a file, so 64 MB would lengthen each failover.
        RaftServerConfigKeys.Log.setPreallocatedSize(
                properties, SizeInBytes.valueOf(Math.min(4L << 20, options.segmentBytes())));
        // Default false waits for the slowest peer: a dead follower would fill the leader's disk. One that fell behind
        // gets a snapshot.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        // Counts entries, and ours are batches; whole files are deleted anyway. Default 1024.
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        // Default 200 MB. What a follower that is a file or two behind still needs; further back is read from disk.
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(64L << 20));
        // Direct memory, one buffer per log; must hold the largest record and 8 bytes. Default 8 MB.
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(APPENDER_BYTES + (64 << 10)));
        // Default true hands each append through two more threads of a follower.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    }

    private static void replication(RaftProperties properties) {
        // Default: three election timeouts without an answer end the addition of a node, which may take longer over a
        // snapshot; see the time for a chunk of one below.
        RaftServerConfigKeys.setStagingTimeout(properties, seconds(30));
        // Default 1 ms between two appends to a follower: a batch would wait for it.
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(APPENDER_BYTES));
        // Default "1ms,10, 1s,20, 5s,1000": a follower that comes back would wait up to 5 s for the leader to notice.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,10, 100ms,1000000000");
        // Never used: a read through Ratis is stale under a deposed leader with DEFAULT by design and with
        // LINEARIZABLE by a defect; the state machine refuses queries. DEFAULT at least starts no machinery.
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.DEFAULT);
        // A lease is not honoured by voters in an election.
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
        RaftServerConfigKeys.Read.setLeaderHeartbeatCheckEnabled(properties, true);
        // Batches carry their own identity in the replicated state, so the cache of replies serves nothing; it holds
        // one entry per batch for this long. Default 60 s.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, seconds(2));
        RaftServerConfigKeys.Read.ReadAfterWriteConsistent.setWriteIndexCacheExpiryTime(properties, seconds(2));
        // Entries submitted and not yet applied; beyond it a submission is refused as overloaded. Gateways keep at
        // most three batches of 1 MiB each under way, so only very many nodes, or a follower storm, come here.
        RaftServerConfigKeys.Write.setElementLimit(properties, 1024);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(64L << 20));
        RaftServerConfigKeys.Log.setQueueElementLimit(properties, 4096);
        RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf(64L << 20));
    }

    private static void snapshots(RaftProperties properties) {
        // Our own scheduler writes snapshots beside the applies; Ratis would stop applying meanwhile.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
        // Default -1 keeps all of them. Enforced by SnapshotStore, which is told this number.
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, SnapshotStore.KEPT);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
        // Default 16 MB: with 8 chunks under way that is 128 MB of memory on either side.
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
                properties, SizeInBytes.valueOf(SNAPSHOT_CHUNK_BYTES));
        GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(properties, 4);
        // Times the element limit: how long a follower may take over one chunk, of which the last waits for the whole
        // file to be on the disk. Default 3 s.
        GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(properties, seconds(15));
    }

    private static void elections(RaftProperties properties, RaftOptions options) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(options.electionTimeoutMinMillis()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(options.electionTimeoutMaxMillis()));
        if (options.members().size() == 1 && !options.joining()) {
            // There is nobody to wait for.
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(1));
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(5));
        }
        // Default 10 s: how long a leader that lost its majority waits before it stands again, and how long a pause of
        // the JVM must be for a leader to step down.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(500));
        // The default: a node that was cut off must not depose a leader when it comes back.
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        // The default: after so long a pause Ratis closes its server, and Watch then ends the process.
        RaftServerConfigKeys.setCloseThreshold(properties, seconds(60));
    }

    private static void memory(RaftProperties properties) {
        // Nothing streams, watches or forwards through Ratis; the pools of those are kept at their smallest.
        RaftServerConfigKeys.Watch.setElementLimit(properties, 1);
        RaftServerConfigKeys.DataStream.setAsyncRequestThreadPoolSize(properties, 1);
        RaftServerConfigKeys.DataStream.setAsyncWriteThreadPoolSize(properties, 1);
        RaftServerConfigKeys.DataStream.setClientPoolSize(properties, 1);
    }

    private static void threads(RaftProperties properties) {
        int processors = Runtime.getRuntime().availableProcessors();
        // Defaults are unbounded or 32. The server pool answers AppendEntries and may block for a moment in a transfer
        // of leadership, so it has more than one thread.
        RaftServerConfigKeys.ThreadPool.setServerCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setServerSize(properties, Math.max(4, processors));
        RaftServerConfigKeys.ThreadPool.setProxyCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setProxySize(properties, 2);
        RaftServerConfigKeys.ThreadPool.setClientCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setClientSize(properties, 1);
        GrpcConfigKeys.Server.setAsyncRequestThreadPoolCached(properties, true);
        GrpcConfigKeys.Server.setAsyncRequestThreadPoolSize(properties, 1);
        // Default 0 shares gRPC's own groups, two threads per processor each.
        int eventLoops = Math.max(1, Math.min(4, processors / 2));
        GrpcConfigKeys.Server.setBossGroupSize(properties, 1);
        GrpcConfigKeys.Server.setWorkerGroupSize(properties, eventLoops);
        GrpcConfigKeys.Client.setWorkerGroupSize(properties, eventLoops);
    }

    private static void transport(RaftProperties properties, RaftOptions options) {
        Member self = options.self();
        String bindHost = options.bindHost();
        // Default: all interfaces, any port.
        GrpcConfigKeys.Server.setHost(properties, bindHost == null ? self.host() : bindHost);
        GrpcConfigKeys.Server.setPort(properties, self.port());
        // Default 64 MB; Ratis wants 1 MB above what an append carries. Bounds what a stranger can make us allocate.
        GrpcConfigKeys.setMessageSizeMax(
                properties, SizeInBytes.valueOf(Math.max(APPENDER_BYTES, SNAPSHOT_CHUNK_BYTES) + (2L << 20)));
        GrpcConfigKeys.setFlowControlWindow(properties, SizeInBytes.valueOf(4L << 20));
        // Heartbeats, which carry the pushed commit index, do not queue behind large appends (the default).
        GrpcConfigKeys.Server.setHeartbeatChannel(properties, true);
    }

    /**
     * For all three roles of the port: members, clients and administrators share it.
     *
     * @throws IllegalStateException when {@code tls} has no authorities
     */
    static GrpcTlsConfig tls(Tls tls) {
        return GrpcTlsConfig.newBuilder()
                .setKeyManager(tls.keyManager())
                .setTrustManager(tls.trustManager())
                .setMutualTls(true)
                // The JDK's own: the same on every platform and kept up to date with it.
                .setSslProvider(SslProvider.JDK)
                .setProtocols(Tls.protocols())
                .setCipherSuites(Tls.cipherSuites())
                .build();
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }

    private static TimeDuration seconds(long seconds) {
        return TimeDuration.valueOf(seconds, TimeUnit.SECONDS);
    }
}
