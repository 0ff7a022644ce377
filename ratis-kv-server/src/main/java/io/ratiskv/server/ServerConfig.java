package io.ratiskv.server;

import io.ratiskv.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every decision an operator can take about one node, checked as a whole. Immutable; any thread.
 *
 * <p>What each option means, its unit and its default stand in {@link Options}, from which the flags, the environment
 * names, the file keys, {@code --generate-config} and {@code docs/configuration.md} derive. No secret is printed by
 * {@link #toString}.
 *
 * @param id this node's id, one of those in {@code peers}
 * @param peers all members of the group at its start, this one included; never empty
 * @param join node-to-node addresses of members of the group that this node is to be added to; empty for a node that the
 *     group begins with
 * @param data the directory that this node alone owns
 * @param resp where Redis clients connect
 * @param http where the HTTP interface listens
 * @param announced where clients are told to come
 * @param reads how a read is made linearizable
 * @param fsync when a log write counts as durable
 * @param requestTimeoutMillis how long a request may wait for its outcome
 */
public record ServerConfig(
        String id,
        List<Peer> peers,
        List<HostPort> join,
        Path data,
        HostPort resp,
        HostPort http,
        Announced announced,
        ReadMode reads,
        FsyncMode fsync,
        int requestTimeoutMillis,
        Security security,
        Clients clients,
        Web web,
        RaftLog raftLog,
        Backup backup,
        Diagnostics diagnostics) {

    /** The number of databases that SELECT accepts; fixed, because an entry of the log names one of them. */
    public static final int DATABASES = 16;

    /**
     * What the node puts into the log as its addresses.
     *
     * @param resp for Redis clients
     * @param http for HTTP
     */
    public record Announced(HostPort resp, HostPort http) {}

    /** How a read is made linearizable. */
    public enum ReadMode {
        /** A majority confirms that no newer leader exists; no log write. */
        QUORUM,
        /** An empty entry goes through the log first: slower, the reference. */
        LOG
    }

    /** When a log write counts as durable. */
    public enum FsyncMode {
        /** After fsync: an acknowledged write survives a power loss of all nodes. */
        ALWAYS,
        /** Unsafe: at the operating system's leisure. */
        RELAXED
    }

    /** How a leader sends entries to followers that keep up. */
    public enum RaftRpc {
        /** Over Ratis' connections. */
        GRPC,
        /** Over the links between the nodes. */
        LINKS
    }

    /** How log lines are written to standard output. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /** Whose connections may use DEBUG. */
    public enum DebugCommand {
        NO,
        /** Those from this machine. */
        LOCAL,
        YES
    }

    /** The least severe log line that is written. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /**
     * Who may connect and how that is proven.
     *
     * @param insecureBind whether addresses beyond loopback may be bound without credentials
     * @param requirepass the password that guards RESP and HTTP, from the option or from its file; null when none
     * @param requirepassFile the file it came from; null when none
     * @param tls the PEM files; null when every port speaks plain text
     * @param debugCommand who may use DEBUG
     */
    public record Security(
            boolean insecureBind,
            @Nullable Secret requirepass,
            @Nullable Path requirepassFile,
            @Nullable TlsFiles tls,
            DebugCommand debugCommand) {}

    /**
     * What one client connection, and all of them, may take.
     *
     * @param maxClients connections served at once
     * @param idleTimeoutSeconds silence after which a connection is closed; 0 = never
     * @param tcpKeepaliveSeconds silence after which TCP probes the other side; 0 = never
     * @param maxBulkBytes the largest single argument
     * @param outputBufferBytes reply bytes that may wait for a client that does not read
     */
    public record Clients(
            int maxClients,
            int idleTimeoutSeconds,
            int tcpKeepaliveSeconds,
            long maxBulkBytes,
            long outputBufferBytes) {}

    /**
     * Whom HTTP answers, and how much.
     *
     * @param allowedHosts names under which the node may be asked, beside its own and those of loopback
     * @param allowedOrigins whose pages may ask, beside those of the node itself
     * @param bodyBytesMax the largest body of a request
     * @param requestsPerSecondMax of one client address; 0 = any number
     */
    public record Web(
            Set<String> allowedHosts, Set<String> allowedOrigins, long bodyBytesMax, int requestsPerSecondMax) {}

    /**
     * The group's log and its elections.
     *
     * @param electionTimeoutMinMillis least silence of the leader after which a follower stands for election
     * @param electionTimeoutMaxMillis most silence of the leader after which a follower stands for election
     * @param rpc how a leader sends entries to followers that keep up
     * @param segmentBytes size of a log segment file
     * @param diskReserveBytes free space below which a leader takes no writes
     * @param snapshotLogBytes log written since the last snapshot that starts the next
     * @param snapshotEntries entries applied since the last snapshot that start the next
     */
    public record RaftLog(
            int electionTimeoutMinMillis,
            int electionTimeoutMaxMillis,
            RaftRpc rpc,
            long segmentBytes,
            long diskReserveBytes,
            long snapshotLogBytes,
            long snapshotEntries) {}

    /**
     * What outlives the cluster.
     *
     * @param archive where committed entries are copied to; null: nowhere
     * @param keyFile what backups and archive are encrypted with; null: nothing
     */
    public record Backup(
            @Nullable Path archive,
            int archiveIntervalSeconds,
            @Nullable Path keyFile) {}

    /**
     * What the node tells about itself.
     *
     * @param logFormat how log lines look
     * @param logLevel the least severe line written
     * @param slowlogMicros execution time from which a request enters the slow log; 0 = every request, −1 = none
     * @param slowlogMaxLength requests that the slow log keeps
     * @param otlpEndpoint of the collector that traces go to; null: nothing is traced
     * @param otlpSampleRatio of the requests that are traced without being part of a caller's trace
     */
    public record Diagnostics(
            LogFormat logFormat,
            LogLevel logLevel,
            long slowlogMicros,
            int slowlogMaxLength,
            @Nullable URI otlpEndpoint,
            double otlpSampleRatio) {}

    public ServerConfig {
        peers = List.copyOf(peers);
        join = List.copyOf(join);
    }

    /**
     * The configuration that flags and environment describe, and the file that one of them names.
     *
     * @param arguments the command line, for example {@code --id n2 --fsync=relaxed}
     * @param environment variables by name; those beginning with {@code RATIS_KV_} matter
     * @throws ConfigException with all problems in one message, when there is one
     */
    public static ServerConfig load(List<String> arguments, Map<String, String> environment) throws ConfigException {
        return load(Arguments.parse(arguments.toArray(String[]::new)), environment);
    }

    static ServerConfig load(Arguments arguments, Map<String, String> environment) throws ConfigException {
        ConfigSources sources = ConfigSources.gather(arguments, environment);
        return ConfigCheck.resolve(sources, Runtime.getRuntime().maxMemory());
    }

    /** This node's own line of {@code peers}: where it speaks Raft and the node-to-node service. */
    public Peer self() {
        return peers.stream()
                .filter(peer -> peer.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("peers do not name " + id));
    }

    /** Each option that has a value, by name, in the order of the reference, as printable text; secrets are masked. */
    public Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        for (Option<?> option : Options.ALL) {
            @Nullable String text = option.shownIn(this);
            if (text != null) shown.put(option.name(), text);
        }
        return shown;
    }
}
