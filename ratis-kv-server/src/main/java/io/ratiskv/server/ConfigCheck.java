package io.ratiskv.server;

import io.ratiskv.server.ServerConfig.Announced;
import io.ratiskv.server.ServerConfig.Backup;
import io.ratiskv.server.ServerConfig.Clients;
import io.ratiskv.server.ServerConfig.Diagnostics;
import io.ratiskv.server.ServerConfig.RaftLog;
import io.ratiskv.server.ServerConfig.Security;
import io.ratiskv.server.ServerConfig.Web;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the texts of the sources into a {@link ServerConfig} or into the list of everything that is wrong. Confined to
 * the thread that made it.
 */
final class ConfigCheck {
    private static final int HEAP_PART_OF_BULK = 8;
    private static final long BODY_BYTES_MAX = 64L << 20;

    private final ConfigSources sources;
    private final long heapBytesMax;
    private final List<String> problems;

    /** Options whose own text is wrong: no rule about them and others is checked, it would only repeat that. */
    private final Set<Option<?>> failed = new HashSet<>();

    private ConfigCheck(ConfigSources sources, long heapBytesMax) {
        this.sources = sources;
        this.heapBytesMax = heapBytesMax;
        this.problems = new ArrayList<>(sources.problems());
    }

    /**
     * The configuration that {@code sources} describe.
     *
     * @param heapBytesMax the largest heap of this process, which bounds the default of --proto-max-bulk-bytes
     * @throws ConfigException with all problems, when there is one
     */
    static ServerConfig resolve(ConfigSources sources, long heapBytesMax) throws ConfigException {
        return new ConfigCheck(sources, heapBytesMax).resolve();
    }

    private ServerConfig resolve() throws ConfigException {
        ServerConfig config = new ServerConfig(
                get(Options.ID),
                peers(),
                join(),
                get(Options.DATA),
                get(Options.RESP),
                get(Options.HTTP),
                new Announced(
                        announced(Options.ANNOUNCE_RESP, get(Options.RESP)),
                        announced(Options.ANNOUNCE_HTTP, get(Options.HTTP))),
                get(Options.READS),
                get(Options.FSYNC),
                get(Options.REQUEST_TIMEOUT_MILLIS),
                new Security(
                        get(Options.INSECURE_BIND),
                        password(),
                        find(Options.REQUIREPASS_FILE),
                        tlsFiles(),
                        get(Options.ENABLE_DEBUG_COMMAND)),
                new Clients(
                        get(Options.MAXCLIENTS),
                        get(Options.TIMEOUT),
                        get(Options.TCP_KEEPALIVE),
                        maxBulkBytes(),
                        get(Options.CLIENT_OUTPUT_BUFFER_BYTES)),
                new Web(
                        orNone(find(Options.HTTP_ALLOWED_HOSTS)),
                        orNone(find(Options.HTTP_ALLOWED_ORIGINS)),
                        bodyBytesMax(),
                        get(Options.HTTP_RATE_LIMIT)),
                new RaftLog(
                        get(Options.ELECTION_TIMEOUT_MIN_MILLIS),
                        get(Options.ELECTION_TIMEOUT_MAX_MILLIS),
                        get(Options.RAFT_RPC),
                        get(Options.SEGMENT_BYTES),
                        get(Options.DISK_RESERVE_BYTES),
                        get(Options.SNAPSHOT_LOG_BYTES),
                        get(Options.SNAPSHOT_ENTRIES)),
                new Backup(find(Options.ARCHIVE), get(Options.ARCHIVE_INTERVAL_SECONDS), find(Options.BACKUP_KEY_FILE)),
                new Diagnostics(
                        get(Options.LOG_FORMAT),
                        get(Options.LOG_LEVEL),
                        get(Options.SLOWLOG_LOG_SLOWER_THAN),
                        get(Options.SLOWLOG_MAX_LEN),
                        find(Options.OTLP_ENDPOINT),
                        get(Options.OTLP_SAMPLE_RATIO)));
        checkMembership(config);
        checkTimeouts(config);
        checkTls(config);
        checkPorts(config);
        checkBinds(config);
        if (!problems.isEmpty()) throw new ConfigException(problems);
        return config;
    }

    /** The given value, else the default; the default too when the given text is wrong, which is then a problem. */
    private <T> T get(Option<T> option) {
        @Nullable T given = find(option);
        if (given != null) return given;
        @Nullable String text = option.defaultText();
        if (text == null) throw new IllegalStateException(option.name() + " has no default");
        return option.kind().parse(text);
    }

    private <T> @Nullable T find(Option<T> option) {
        @Nullable Setting setting = sources.settings().get(option.name());
        if (setting == null || failed.contains(option)) return null;
        try {
            return option.kind().parse(setting.text());
        } catch (IllegalArgumentException wrong) {
            failed.add(option);
            String source = setting.source().equals("flag") ? "" : " (" + setting.source() + ")";
            problems.add(option.flag() + source + ": " + wrong.getMessage());
            return null;
        }
    }

    private boolean stand(Option<?>... options) {
        return failed.stream().noneMatch(Set.of(options)::contains);
    }

    private List<Peer> peers() {
        @Nullable List<Peer> peers = find(Options.PEERS);
        return peers != null ? peers : Peer.parseList(get(Options.ID) + "=" + Options.RAFT_DEFAULT_ADDRESS);
    }

    private List<HostPort> join() {
        @Nullable List<HostPort> given = find(Options.JOIN);
        return given == null ? List.of() : given;
    }

    /** Nobody can dial "every interface": the other nodes know a host for this one. */
    private HostPort announced(Option<HostPort> option, HostPort bound) {
        @Nullable HostPort given = find(option);
        if (given != null) return given;
        if (!bound.isEveryInterface()) return bound;
        return peers().stream()
                .filter(peer -> peer.id().equals(get(Options.ID)))
                .findFirst()
                .map(self -> new HostPort(self.raft().host(), bound.port()))
                .orElse(bound);
    }

    private long maxBulkBytes() {
        @Nullable Long given = find(Options.PROTO_MAX_BULK_BYTES);
        if (given != null) return given;
        return Math.clamp(heapBytesMax / HEAP_PART_OF_BULK, 1L << 20, Options.BULK_BYTES_MAX);
    }

    private static Set<String> orNone(@Nullable Set<String> given) {
        return given == null ? Set.of() : given;
    }

    private long bodyBytesMax() {
        @Nullable Long given = find(Options.HTTP_MAX_BODY_BYTES);
        return given != null ? given : Math.min(BODY_BYTES_MAX, maxBulkBytes() * 3 / 2);
    }

    private @Nullable Secret password() {
        @Nullable Secret given = find(Options.REQUIREPASS);
        @Nullable Path file = find(Options.REQUIREPASS_FILE);
        if (file == null) return given;
        if (given != null) {
            problems.add(
                    "--requirepass-file: --requirepass is given too (" + origin(Options.REQUIREPASS) + "); keep one");
            return given;
        }
        try {
            return Secret.of(Files.readString(file).stripTrailing());
        } catch (IOException unreadable) {
            fail(Options.REQUIREPASS_FILE, "cannot read " + file);
        } catch (IllegalArgumentException unusable) {
            fail(Options.REQUIREPASS_FILE, "the password in " + file + " " + unusable.getMessage());
        }
        return null;
    }

    private @Nullable TlsFiles tlsFiles() {
        @Nullable Path certificate = find(Options.TLS_CERT);
        @Nullable Path key = find(Options.TLS_KEY);
        @Nullable Path authorities = find(Options.TLS_CA);
        TlsFiles.ClientAuth clientAuth = get(Options.TLS_AUTH_CLIENTS);
        if (certificate != null && key != null) return new TlsFiles(certificate, key, authorities, clientAuth);
        if (!stand(Options.TLS_CERT, Options.TLS_KEY)) return null;
        if (certificate != null) fail(Options.TLS_KEY, "is missing; --tls-cert needs the private key beside it");
        if (key != null) fail(Options.TLS_CERT, "is missing; --tls-key needs the certificate beside it");
        if (certificate == null && key == null) {
            for (Option<?> needsTls : List.of(Options.TLS_CA, Options.TLS_AUTH_CLIENTS)) {
                if (sources.settings().containsKey(needsTls.name())) {
                    fail(needsTls, "has no effect without --tls-cert and --tls-key");
                }
            }
        }
        return null;
    }

    private void checkMembership(ServerConfig config) {
        if (!stand(Options.ID, Options.PEERS)) return;
        if (config.peers().stream().noneMatch(peer -> peer.id().equals(config.id()))) {
            fail(Options.PEERS, "does not name this node, " + config.id() + "; give --id as one of the peers");
        } else if (!config.join().isEmpty() && config.peers().size() > 1) {
            fail(Options.PEERS, "must name this node alone with --join: the members tell who the others are");
        }
    }

    private void checkTimeouts(ServerConfig config) {
        if (!stand(Options.ELECTION_TIMEOUT_MIN_MILLIS, Options.ELECTION_TIMEOUT_MAX_MILLIS)) return;
        int min = config.raftLog().electionTimeoutMinMillis();
        int max = config.raftLog().electionTimeoutMaxMillis();
        if (min >= max) {
            fail(
                    Options.ELECTION_TIMEOUT_MAX_MILLIS,
                    max + " must be greater than --election-timeout-min-millis, " + min);
        }
    }

    private void checkTls(ServerConfig config) {
        @Nullable TlsFiles files = config.security().tls();
        if (files == null) return;
        if (files.authorities() == null && stand(Options.TLS_CA)) {
            if (files.clientAuth() == TlsFiles.ClientAuth.YES) {
                fail(Options.TLS_CA, "is missing; --tls-auth-clients yes needs authorities to verify clients against");
            }
            if (config.peers().size() > 1 || !config.join().isEmpty()) {
                fail(Options.TLS_CA, "is missing; nodes verify each other, so a group with TLS needs its authorities");
            }
        }
        for (Tls.Problem problem : Tls.check(files)) {
            Option<?> option = switch (problem.file()) {
                case CERTIFICATE -> Options.TLS_CERT;
                case KEY -> Options.TLS_KEY;
                case AUTHORITIES -> Options.TLS_CA;
            };
            fail(option, problem.message());
        }
    }

    private void checkPorts(ServerConfig config) {
        if (!stand(Options.RESP, Options.HTTP, Options.PEERS, Options.ID) || failed.contains(Options.PEERS)) return;
        record Bound(String name, HostPort address) {}
        Peer self = config.self();
        List<Bound> bound = List.of(
                new Bound("--resp", config.resp()),
                new Bound("--http", config.http()),
                new Bound("--peers (Raft)", self.raft()),
                new Bound("--peers (node-to-node)", self.peer()));
        for (int i = 0; i < bound.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (bound.get(i).address().collidesWith(bound.get(j).address())) {
                    problems.add(bound.get(i).name() + ": " + bound.get(i).address() + " is already taken by "
                            + bound.get(j).name());
                }
            }
        }
    }

    /** Issue: what others can reach must ask who they are. */
    private void checkBinds(ServerConfig config) {
        Security security = config.security();
        if (security.insecureBind() || !stand(Options.INSECURE_BIND)) return;
        @Nullable TlsFiles tls = security.tls();
        boolean passwordGiven = sources.settings().containsKey(Options.REQUIREPASS.name())
                || sources.settings().containsKey(Options.REQUIREPASS_FILE.name());
        boolean clientsProven = passwordGiven || (tls != null && tls.clientAuth() == TlsFiles.ClientAuth.YES);
        if (!clientsProven) {
            refuseReachable(Options.RESP, config.resp());
            refuseReachable(Options.HTTP, config.http());
        }
        boolean nodesProven = tls != null && tls.authorities() != null;
        if (nodesProven || failed.contains(Options.PEERS) || failed.contains(Options.ID)) return;
        HostPort raft = config.self().raft();
        if (!raft.isLoopback()) {
            fail(
                    Options.PEERS,
                    "others can reach Raft and the node-to-node service on " + raft.host()
                            + ", where whoever connects can change the group; give --tls-cert, --tls-key and --tls-ca, or"
                            + " --insecure-bind when the network is closed to others");
        }
    }

    private void refuseReachable(Option<HostPort> option, HostPort address) {
        if (failed.contains(option) || address.isLoopback()) return;
        fail(
                option,
                "others can reach " + address + " and nothing asks who they are; give --requirepass-file FILE (or "
                        + Options.REQUIREPASS.environmentName() + "), or bind 127.0.0.1:" + address.port()
                        + ", or --insecure-bind when the network is closed to others");
    }

    private String origin(Option<?> option) {
        @Nullable Setting setting = sources.settings().get(option.name());
        return setting == null ? "default" : setting.source();
    }

    private void fail(Option<?> option, String message) {
        failed.add(option);
        problems.add(option.flag() + ": " + message);
    }
}
