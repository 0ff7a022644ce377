package io.ratiskv.raft;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.TimeDuration;

/**
 * A node of the plainest store on Ratis, read with Ratis' own LINEARIZABLE option: what the reads of this project are
 * compared with. It speaks as much RESP and HTTP as the tests of stale reads need, and keeps nothing over a restart.
 */
public final class RatisRegister extends BaseStateMachine {
    private static final long REPLY_SECONDS = 5;

    private final Map<String, String> values = new ConcurrentHashMap<>();

    private RatisRegister() {}

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        String[] words =
                entry.getStateMachineLogEntry().getLogData().toStringUtf8().split(" ", 2);
        values.put(words[0], words[1]);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        String key = request.getContent().toStringUtf8();
        return CompletableFuture.completedFuture(Message.valueOf(values.getOrDefault(key, "")));
    }

    /** Flags as those of the server: {@code --id --peers --data --resp --http}. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            flags.put(arguments[i], arguments[i + 1]);
        }
        new Server(flags).serve();
    }

    private static final class Server {
        private final RaftPeerId self;
        private final RaftGroup group;
        private final RaftServer server;
        private final RaftClient client;
        private final InetSocketAddress resp;
        private final InetSocketAddress http;
        private final ClientId reader = ClientId.randomId();
        private final AtomicLong calls = new AtomicLong();

        Server(Map<String, String> flags) throws IOException {
            self = RaftPeerId.valueOf(flag(flags, "--id"));
            List<RaftPeer> peers = new ArrayList<>();
            for (String member : flag(flags, "--peers").split(",", -1)) {
                String[] parts = member.split("[=:]", -1);
                peers.add(RaftPeer.newBuilder()
                        .setId(parts[0])
                        .setAddress(parts[1] + ":" + parts[2])
                        .build());
            }
            group = RaftGroup.valueOf(RaftGroupId.valueOf(new UUID(0, 1)), peers);
            RaftProperties properties = new RaftProperties();
            RaftServerConfigKeys.setStorageDir(
                    properties, List.of(Path.of(flag(flags, "--data")).toFile()));
            RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
            RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
            RaftServerConfigKeys.Read.setLeaderHeartbeatCheckEnabled(properties, true);
            RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
            RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TimeDuration.valueOf(600, TimeUnit.MILLISECONDS));
            RaftClientConfigKeys.Rpc.setRequestTimeout(properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
            GrpcConfigKeys.Server.setPort(
                    properties,
                    Integer.parseInt(Objects.requireNonNull(group.getPeer(self))
                            .getAddress()
                            .split(":", -1)[1]));
            server = RaftServer.newBuilder()
                    .setServerId(self)
                    .setGroup(group)
                    .setProperties(properties)
                    .setStateMachine(new RatisRegister())
                    .build();
            client = RaftClient.newBuilder()
                    .setProperties(properties)
                    .setRaftGroup(group)
                    .setLeaderId(self)
                    .build();
            resp = address(flag(flags, "--resp"));
            http = address(flag(flags, "--http"));
        }

        private static String flag(Map<String, String> flags, String name) {
            return Objects.requireNonNull(flags.get(name), name);
        }

        private static InetSocketAddress address(String hostAndPort) {
            String[] parts = hostAndPort.split(":", -1);
            return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
        }

        void serve() throws Exception {
            server.start();
            HttpServer status = HttpServer.create(http, 0);
            status.createContext("/status", exchange -> {
                boolean leads = server.getDivision(group.getGroupId()).getInfo().isLeaderReady();
                byte[] page =
                        ("{\"state\":\"" + (leads ? "LEADER" : "FOLLOWER") + "\"}").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                exchange.close();
            });
            status.start();
            try (ServerSocket listener =
                    new ServerSocket(resp.getPort(), 50, InetAddress.getByName(resp.getHostString()))) {
                while (true) {
                    Socket socket = listener.accept();
                    Thread.ofPlatform().daemon().start(() -> talk(socket));
                }
            }
        }

        private void talk(Socket socket) {
            try (socket) {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream();
                while (true) {
                    String reply = answer(request(in));
                    out.write(reply.getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException gone) {
                // The client left.
            }
        }

        private String answer(List<String> words) {
            try {
                return switch (words.getFirst().toUpperCase(Locale.ROOT)) {
                    case "SET" -> {
                        RaftClientReply reply = client.io().send(Message.valueOf(words.get(1) + " " + words.get(2)));
                        yield reply.isSuccess() ? "+OK\r\n" : "-ERR " + reply.getException() + "\r\n";
                    }
                    case "GET" -> read(words.get(1));
                    default -> "-ERR unknown command\r\n";
                };
            } catch (IOException | ExecutionException | TimeoutException e) {
                return "-ERR "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "\r\n";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "-ERR interrupted\r\n";
            }
        }

        private String read(String key) throws IOException, ExecutionException, InterruptedException, TimeoutException {
            RaftClientRequest request = RaftClientRequest.newBuilder()
                    .setClientId(reader)
                    .setServerId(self)
                    .setGroupId(group.getGroupId())
                    .setCallId(calls.incrementAndGet())
                    .setMessage(Message.valueOf(key))
                    .setType(RaftClientRequest.readRequestType())
                    .build();
            RaftClientReply reply = server.submitClientRequestAsync(request).get(REPLY_SECONDS, TimeUnit.SECONDS);
            if (!reply.isSuccess()) {
                return "-ERR not read\r\n";
            }
            String value = reply.getMessage().getContent().toStringUtf8();
            return "$" + value.length() + "\r\n" + value + "\r\n";
        }

        /** The words of a line, or of an array of bulks. */
        private static List<String> request(InputStream in) throws IOException {
            String first = line(in);
            if (!first.startsWith("*")) {
                return List.of(first.split(" ", -1));
            }
            List<String> words = new ArrayList<>();
            for (int i = Integer.parseInt(first.substring(1)); i > 0; i--) {
                int length = Integer.parseInt(line(in).substring(1));
                words.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                line(in);
            }
            return words;
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException();
                }
                line.append((char) b);
            }
            return line.toString().strip();
        }
    }
}
