package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server that reads requests of RESP and answers as a function of the test says. Any thread. */
public final class ScriptedRedis implements AutoCloseable {
    /** An answer to SET, and to much else. */
    public static final String OK = "+OK\r\n";

    private final ServerSocket server;
    private final Function<List<String>, @Nullable String> answers;
    private final List<List<String>> requests = new ArrayList<>();

    /** @param answers to the words of a request, one at a time; null closes the connection instead */
    public ScriptedRedis(Function<List<String>, @Nullable String> answers) throws IOException {
        this.answers = answers;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public Target target(@Nullable String password) {
        return new Target(Target.Protocol.RESP, new Endpoint("127.0.0.1", server.getLocalPort(), null), null, password);
    }

    /** What came, in order. */
    public synchronized List<List<String>> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String count = line(in); !count.isEmpty(); count = line(in)) {
                List<String> words = new ArrayList<>();
                for (int i = Integer.parseInt(count, 1, count.length(), 10); i > 0; i--) {
                    line(in);
                    words.add(line(in));
                }
                String answer = answer(words);
                if (answer == null) return;
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException gone) {
            // The client has left.
        }
    }

    private synchronized @Nullable String answer(List<String> words) {
        requests.add(words);
        return answers.apply(words);
    }

    /** Empty at the end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') line.append((char) b);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
