package io.ratiskv.server;

import static io.ratiskv.server.Option.Section.BACKUP;
import static io.ratiskv.server.Option.Section.CLIENTS;
import static io.ratiskv.server.Option.Section.CONSISTENCY;
import static io.ratiskv.server.Option.Section.DIAGNOSTICS;
import static io.ratiskv.server.Option.Section.NODE;
import static io.ratiskv.server.Option.Section.RAFT;
import static io.ratiskv.server.Option.Section.SECURITY;

import io.ratiskv.server.ServerConfig.DebugCommand;
import io.ratiskv.server.ServerConfig.FsyncMode;
import io.ratiskv.server.ServerConfig.LogFormat;
import io.ratiskv.server.ServerConfig.LogLevel;
import io.ratiskv.server.ServerConfig.RaftRpc;
import io.ratiskv.server.ServerConfig.ReadMode;
import io.ratiskv.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of all options of the server; flags, environment names, file keys, help, the generated file and the
 * reference page derive from it. Immutable; any thread.
 */
final class Options {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    /** The largest argument that the protocol of Redis allows. */
    static final long BULK_BYTES_MAX = 512 * MIB;

    static final String RAFT_DEFAULT_ADDRESS = "127.0.0.1:9870";

    static final Option<String> ID = Option.of(
            NODE,
            "id",
            Kind.text("ID", Peer.ID, Peer.ID_WANTED),
            "n1",
            "The name of this node, unique in its group and kept for its life; --peers must contain it.",
            ServerConfig::id);
    static final Option<List<Peer>> PEERS = Option.absent(
            NODE,
            "peers",
            new Kind<>("n1=HOST:RAFT[:PEER],…", false, Peer::parseList, Peer::formatList),
            "ID=" + RAFT_DEFAULT_ADDRESS + ", a group of this node alone",
            "The members that the group begins with, this one included, each with its host, its Raft port and its node-to-node port"
                    + " (RAFT+10000 unless given); the same list on every node, and for ever: the log knows who the members"
                    + " are now.",
            ServerConfig::peers);
    static final Option<List<HostPort>> JOIN = Option.absent(
            NODE,
            "join",
            Kind.ADDRESSES,
            "none, the node is one of those that its group begins with",
            "Node-to-node addresses of some members of a running group, for a node that is to be added to it by raft-cli"
                    + " members add; --peers then names this node alone.",
            config -> config.join().isEmpty() ? null : config.join());
    static final Option<Path> DATA = Option.of(
            NODE,
            "data",
            Kind.PATH,
            "data",
            "The directory for the log, the votes and the snapshots of this node; created when absent, refused when it"
                    + " belongs to another node or cluster.",
            ServerConfig::data);
    static final Option<HostPort> RESP = Option.of(
            NODE,
            "resp",
            new Kind<>("HOST:PORT", false, text -> HostPort.parse(text, 0), HostPort::toString),
            "127.0.0.1:6379",
            "Where Redis clients connect (RESP2 and RESP3); port 0 lets the system choose.",
            ServerConfig::resp);
    static final Option<HostPort> HTTP = Option.of(
            NODE,
            "http",
            new Kind<>("HOST:PORT", false, text -> HostPort.parse(text, 0), HostPort::toString),
            "127.0.0.1:8080",
            "Where HTTP is served (/command, /status, /health, /metrics); port 0 lets the system choose.",
            ServerConfig::http);
    static final Option<HostPort> ANNOUNCE_RESP = Option.absent(
            NODE,
            "announce-resp",
            new Kind<>("HOST:PORT", false, text -> HostPort.parse(text, 1), HostPort::toString),
            "--resp, or where that is every interface the host in --peers with its port",
            "Where this node tells Redis clients to connect, in INFO, ROLE and RAFT.MEMBERS: needed where addresses are"
                    + " translated.",
            config -> config.announced().resp());
    static final Option<HostPort> ANNOUNCE_HTTP = Option.absent(
            NODE,
            "announce-http",
            new Kind<>("HOST:PORT", false, text -> HostPort.parse(text, 1), HostPort::toString),
            "--http, or where that is every interface the host in --peers with its port",
            "Where this node tells others to ask it over HTTP, in RAFT.MEMBERS and /status: needed where addresses are"
                    + " translated.",
            config -> config.announced().http());

    static final Option<ReadMode> READS = Option.of(
            CONSISTENCY,
            "reads",
            Kind.oneOf(ReadMode.class),
            "quorum",
            "How reads are made linearizable: quorum asks a majority for its term, log sends an empty entry through the"
                    + " log (slower, the reference to compare with).",
            ServerConfig::reads);
    static final Option<FsyncMode> FSYNC = Option.of(
            CONSISTENCY,
            "fsync",
            Kind.oneOf(FsyncMode.class),
            "always",
            "When a log write counts as durable: always waits for fsync on a majority; relaxed is UNSAFE, it loses"
                    + " acknowledged writes when machines lose power.",
            ServerConfig::fsync);
    static final Option<Integer> REQUEST_TIMEOUT_MILLIS = Option.of(
            CONSISTENCY,
            "request-timeout-millis",
            Kind.integer("MILLIS", 100, 600_000),
            "5000",
            "How long a request may wait for its outcome, in milliseconds, before the client is told that there is"
                    + " none.",
            ServerConfig::requestTimeoutMillis);

    static final Option<Boolean> INSECURE_BIND = Option.of(
            SECURITY,
            "insecure-bind",
            Kind.FLAG,
            "false",
            "Allows addresses beyond loopback without credentials; only for networks that others cannot enter.",
            config -> config.security().insecureBind());
    static final Option<Secret> REQUIREPASS = Option.absent(
                    SECURITY,
                    "requirepass",
                    Kind.SECRET,
                    "none",
                    "The password of the default user, for RESP (AUTH, HELLO AUTH) and HTTP; a flag is visible in the"
                            + " list of processes, so prefer the file or the environment.",
                    config -> config.security().requirepass())
            .asSecret();
    static final Option<Path> REQUIREPASS_FILE = Option.absent(
            SECURITY,
            "requirepass-file",
            Kind.PATH,
            "none",
            "A file whose only line is the password; instead of --requirepass.",
            config -> config.security().requirepassFile());
    static final Option<Path> TLS_CERT = Option.absent(
            SECURITY,
            "tls-cert",
            Kind.PATH,
            "none, all ports speak plain text",
            "A PEM file with this node's certificate and its intermediates; with --tls-key it turns TLS on for RESP,"
                    + " HTTP, node-to-node and Raft.",
            config -> tls(config).map(TlsFiles::certificate).orElse(null));
    static final Option<Path> TLS_KEY = Option.absent(
            SECURITY,
            "tls-key",
            Kind.PATH,
            "none",
            "A PEM file with the private key of --tls-cert, PKCS #8, not encrypted.",
            config -> tls(config).map(TlsFiles::key).orElse(null));
    static final Option<Path> TLS_CA = Option.absent(
            SECURITY,
            "tls-ca",
            Kind.PATH,
            "none",
            "A PEM file with the authorities that nodes verify each other against (mutual TLS), and clients where they"
                    + " present a certificate.",
            config -> tls(config)
                    .flatMap(files -> Optional.ofNullable(files.authorities()))
                    .orElse(null));
    static final Option<TlsFiles.ClientAuth> TLS_AUTH_CLIENTS = Option.of(
            SECURITY,
            "tls-auth-clients",
            Kind.oneOf(TlsFiles.ClientAuth.class),
            "optional",
            "Whether clients of RESP and HTTP present a certificate: no does not ask, optional verifies one that is"
                    + " presented, yes refuses clients without.",
            config -> tls(config).map(TlsFiles::clientAuth).orElse(null));

    static final Option<DebugCommand> ENABLE_DEBUG_COMMAND = Option.of(
            SECURITY,
            "enable-debug-command",
            Kind.oneOf(DebugCommand.class),
            "no",
            "Who may use DEBUG, which tests of clients and servers need: no one, connections from this machine (local),"
                    + " or yes, all.",
            config -> config.security().debugCommand());

    static final Option<Set<String>> HTTP_ALLOWED_HOSTS = Option.absent(
            SECURITY,
            "http-allowed-hosts",
            Kind.names("HOST,…"),
            "none",
            "Names under which HTTP may ask this node (the Host header without port), beside those of loopback, of --http,"
                    + " --announce-http and --peers, and the address that was connected to; * allows any.",
            config -> noneIfEmpty(config.web().allowedHosts()));
    static final Option<Set<String>> HTTP_ALLOWED_ORIGINS = Option.absent(
            SECURITY,
            "http-allowed-origins",
            Kind.names("ORIGIN,…"),
            "none",
            "Origins whose pages a browser may let ask this node, such as https://kv.example.com, beside the node's own;"
                    + " * allows any.",
            config -> noneIfEmpty(config.web().allowedOrigins()));

    static final Option<Integer> MAXCLIENTS = Option.of(
            CLIENTS,
            "maxclients",
            Kind.integer("CONNECTIONS", 1, 1_000_000),
            "10000",
            "Client connections served at once, of RESP and of HTTP each; further ones of RESP get an error and are"
                    + " closed, further ones of HTTP wait.",
            config -> config.clients().maxClients());
    static final Option<Integer> TIMEOUT = Option.of(
            CLIENTS,
            "timeout",
            Kind.integer("SECONDS", 0, 31_536_000),
            "0",
            "Seconds of silence after which a client connection is closed; 0 never closes it.",
            config -> config.clients().idleTimeoutSeconds());
    static final Option<Integer> TCP_KEEPALIVE = Option.of(
            CLIENTS,
            "tcp-keepalive",
            Kind.integer("SECONDS", 0, 32_767),
            "300",
            "Seconds of silence after which TCP probes whether the client still exists; 0 never probes.",
            config -> config.clients().tcpKeepaliveSeconds());
    static final Option<Long> PROTO_MAX_BULK_BYTES = Option.absent(
            CLIENTS,
            "proto-max-bulk-bytes",
            Kind.bytes(MIB, BULK_BYTES_MAX),
            "the smaller of 512MiB and an eighth of the heap, at least 1MiB",
            "The largest single argument of a request, in bytes.",
            config -> config.clients().maxBulkBytes());
    static final Option<Long> HTTP_MAX_BODY_BYTES = Option.absent(
            CLIENTS,
            "http-max-body-bytes",
            Kind.bytes(KIB, GIB),
            "the smaller of 64MiB and one and a half times --proto-max-bulk-bytes",
            "The largest body of a request to POST /command, in bytes; base64 makes four of three.",
            config -> config.web().bodyBytesMax());
    static final Option<Integer> HTTP_RATE_LIMIT = Option.of(
            CLIENTS,
            "http-rate-limit",
            Kind.integer("REQUESTS", 0, 10_000_000),
            "0",
            "HTTP requests per second that one client address may send, /health excepted; further ones are answered with"
                    + " 429; 0 sets no limit.",
            config -> config.web().requestsPerSecondMax());
    static final Option<Long> CLIENT_OUTPUT_BUFFER_BYTES = Option.of(
            CLIENTS,
            "client-output-buffer-bytes",
            Kind.bytes(64 * KIB, 64 * GIB),
            "64MiB",
            "Bytes of replies that may wait for a client that does not read, beside the one reply being written; with"
                    + " more it is disconnected.",
            config -> config.clients().outputBufferBytes());

    static final Option<Integer> ELECTION_TIMEOUT_MIN_MILLIS = Option.of(
            RAFT,
            "election-timeout-min-millis",
            Kind.integer("MILLIS", 50, 60_000),
            "300",
            "The least silence of the leader, in milliseconds, after which a follower stands for election.",
            config -> config.raftLog().electionTimeoutMinMillis());
    static final Option<Integer> ELECTION_TIMEOUT_MAX_MILLIS = Option.of(
            RAFT,
            "election-timeout-max-millis",
            Kind.integer("MILLIS", 51, 120_000),
            "600",
            "The most silence of the leader, in milliseconds, after which a follower stands for election; each draws a"
                    + " time between the two.",
            config -> config.raftLog().electionTimeoutMaxMillis());
    static final Option<RaftRpc> RAFT_RPC = Option.of(
            RAFT,
            "raft-rpc",
            Kind.oneOf(RaftRpc.class),
            "links",
            "How a leader sends entries to followers that keep up: grpc over Ratis' own connections, links over those of"
                    + " the node-to-node port; whatever a node is set to, it takes both.",
            config -> config.raftLog().rpc());
    static final Option<Long> SEGMENT_BYTES = Option.of(
            RAFT,
            "segment-bytes",
            Kind.bytes(4 * MIB, GIB),
            "64MiB",
            "The size of one log segment file; the log is purged behind a snapshot in whole segments.",
            config -> config.raftLog().segmentBytes());
    static final Option<Long> DISK_RESERVE_BYTES = Option.of(
            RAFT,
            "disk-reserve-bytes",
            Kind.bytes(0, 1024 * GIB),
            "128MiB",
            "Free space on the disk of the data below which this node takes no writes while it leads, and lets another lead;"
                    + " 0: until the disk is full, which ends the node.",
            config -> config.raftLog().diskReserveBytes());
    static final Option<Long> SNAPSHOT_LOG_BYTES = Option.of(
            RAFT,
            "snapshot-log-bytes",
            Kind.bytes(MIB, 1024 * GIB),
            "256MiB",
            "Bytes of log written since the last snapshot after which the next one is taken at the latest; after 16 MiB it is "
                    + "taken already if writing snapshots then takes less than a twentieth of the time.",
            config -> config.raftLog().snapshotLogBytes());
    static final Option<Long> SNAPSHOT_ENTRIES = Option.of(
            RAFT,
            "snapshot-entries",
            Kind.number("ENTRIES", 1, Long.MAX_VALUE),
            "1000000",
            "Log entries (each a batch of requests) applied since the last snapshot after which the next one is taken.",
            config -> config.raftLog().snapshotEntries());

    static final Option<Path> ARCHIVE = Option.absent(
            BACKUP,
            "archive",
            Kind.PATH,
            "none",
            "A directory that committed entries of the log are copied to, so that a backup can be restored to any later"
                    + " moment; the nodes may share one. The log is not purged before it is archived.",
            config -> config.backup().archive());
    static final Option<Integer> ARCHIVE_INTERVAL_SECONDS = Option.of(
            BACKUP,
            "archive-interval-seconds",
            Kind.integer("SECONDS", 1, 86_400),
            "10",
            "How often what was committed meanwhile is archived: so much is lost at most when all disks of the cluster are.",
            config -> config.backup().archiveIntervalSeconds());
    static final Option<Path> BACKUP_KEY_FILE = Option.absent(
            BACKUP,
            "backup-key-file",
            Kind.PATH,
            "none, backups and archive are not encrypted",
            "A file with 64 hexadecimal digits, as openssl rand -hex 32 prints them: with it every backup and archived entry"
                    + " is encrypted by AES-256-GCM, and read.",
            config -> config.backup().keyFile());

    static final Option<LogFormat> LOG_FORMAT = Option.of(
            DIAGNOSTICS,
            "log-format",
            Kind.oneOf(LogFormat.class),
            "text",
            "How log lines are written to standard output: as text for people or as one JSON object per line.",
            config -> config.diagnostics().logFormat());
    static final Option<LogLevel> LOG_LEVEL = Option.of(
            DIAGNOSTICS,
            "log-level",
            Kind.oneOf(LogLevel.class),
            "info",
            "The least severe log line that is written.",
            config -> config.diagnostics().logLevel());
    static final Option<Long> SLOWLOG_LOG_SLOWER_THAN = Option.of(
            DIAGNOSTICS,
            "slowlog-log-slower-than",
            Kind.number("MICROS", -1, Long.MAX_VALUE),
            "10000",
            "Execution time in microseconds from which a request enters the slow log; 0 logs all requests, -1 none.",
            config -> config.diagnostics().slowlogMicros());
    static final Option<Integer> SLOWLOG_MAX_LEN = Option.of(
            DIAGNOSTICS,
            "slowlog-max-len",
            Kind.integer("REQUESTS", 0, 1_000_000),
            "128",
            "Requests that the slow log keeps, the newest.",
            config -> config.diagnostics().slowlogMaxLength());

    static final Option<URI> OTLP_ENDPOINT = Option.absent(
            DIAGNOSTICS,
            "otlp-endpoint",
            Kind.HTTP_URL,
            "nothing is traced",
            "The OpenTelemetry collector that traces of requests go to, as OTLP over HTTP; /v1/traces is added to a URL"
                    + " without a path.",
            config -> config.diagnostics().otlpEndpoint());
    static final Option<Double> OTLP_SAMPLE_RATIO = Option.of(
            DIAGNOSTICS,
            "otlp-sample-ratio",
            Kind.RATIO,
            "0.01",
            "The part of the requests that are traced, from 0 to 1; of a request over HTTP that is part of a trace the"
                    + " caller decides.",
            config -> config.diagnostics().otlpSampleRatio());

    /** Every option, in the order of the reference. */
    static final List<Option<?>> ALL = List.of(
            ID,
            PEERS,
            JOIN,
            DATA,
            RESP,
            HTTP,
            ANNOUNCE_RESP,
            ANNOUNCE_HTTP,
            READS,
            FSYNC,
            REQUEST_TIMEOUT_MILLIS,
            INSECURE_BIND,
            REQUIREPASS,
            REQUIREPASS_FILE,
            TLS_CERT,
            TLS_KEY,
            TLS_CA,
            TLS_AUTH_CLIENTS,
            ENABLE_DEBUG_COMMAND,
            HTTP_ALLOWED_HOSTS,
            HTTP_ALLOWED_ORIGINS,
            MAXCLIENTS,
            TIMEOUT,
            TCP_KEEPALIVE,
            PROTO_MAX_BULK_BYTES,
            HTTP_MAX_BODY_BYTES,
            HTTP_RATE_LIMIT,
            CLIENT_OUTPUT_BUFFER_BYTES,
            ELECTION_TIMEOUT_MIN_MILLIS,
            ELECTION_TIMEOUT_MAX_MILLIS,
            RAFT_RPC,
            SEGMENT_BYTES,
            DISK_RESERVE_BYTES,
            SNAPSHOT_LOG_BYTES,
            SNAPSHOT_ENTRIES,
            ARCHIVE,
            ARCHIVE_INTERVAL_SECONDS,
            BACKUP_KEY_FILE,
            LOG_FORMAT,
            LOG_LEVEL,
            SLOWLOG_LOG_SLOWER_THAN,
            SLOWLOG_MAX_LEN,
            OTLP_ENDPOINT,
            OTLP_SAMPLE_RATIO);

    private Options() {}

    /** The option of that name; null when there is none. */
    static @Nullable Option<?> named(String name) {
        return ALL.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static Optional<TlsFiles> tls(ServerConfig config) {
        return Optional.ofNullable(config.security().tls());
    }

    private static @Nullable Set<String> noneIfEmpty(Set<String> names) {
        return names.isEmpty() ? null : names;
    }
}
