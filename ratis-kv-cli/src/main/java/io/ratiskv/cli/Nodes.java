package io.ratiskv.cli;

import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.HttpWire;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster, asked over HTTP: first the one that answered last, then the others. Confined to one thread.
 *
 * <p>A node that can not be reached, or that says that nothing happened and never will (503, 429), is passed over. A
 * write that was sent and not answered ends there, because asking another node could do it twice; a read goes on, and a
 * write with a key, which the cluster knows again.
 */
final class Nodes implements AutoCloseable {
    /** After so long without a request, a connection may be closed at the other end: a new one is safer. */
    private static final long KEPT_NANOS_MAX = 1_000_000_000L;

    private final Access access;
    private final List<URI> addresses;
    private final @Nullable SSLContext tls;
    private final @Nullable String authorization;
    private int current;
    private @Nullable Connection kept;

    private Nodes(Access access, @Nullable SSLContext tls) {
        this.access = access;
        this.addresses = new ArrayList<>(access.addresses());
        this.tls = tls;
        this.authorization = HttpWire.basic(access.user(), access.password());
    }

    /** @throws TlsException when the PEM files can not be used */
    static Nodes of(Access access) throws TlsException {
        return new Nodes(access, access.secure() ? Tls.of(access.trust()) : null);
    }

    /** A connection that may be used once more. */
    private record Connection(URI node, HttpWire http, long usedNanos) {}

    /** A node that took no request, or took one and gave no answer. */
    private static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        final String reason;
        final boolean sent;

        NoAnswerException(String reason, boolean sent, IOException cause) {
            super(reason, cause);
            this.reason = reason;
            this.sent = sent;
        }
    }

    /** Asks one node for a report, such as {@code /status}. */
    Answer report(String path) {
        return inTurn(Repeat.READ, node -> {
            HttpWire.Answer answer = exchange(node, "GET", path, null, null);
            return Answer.ofReport(name(node), answer.status(), answer.text());
        });
    }

    /**
     * Asks one node for a file.
     *
     * @param header of the request, with its line end; empty for none
     * @return good if the file is whole
     */
    Answer download(String path, String header, Path file) {
        return inTurn(Repeat.READ, node -> {
            try (OutputStream out = Files.newOutputStream(file)) {
                HttpWire.Answer answer = exchange(node, "GET", path, header, null, out);
                if (answer.status() != 200) return Answer.ofReport(name(node), answer.status(), answer.text());
                return new Answer(Verdict.OK, name(node), "", Result.Null.NULL, null);
            } catch (NoAnswerException failure) {
                throw failure;
            } catch (IOException unwritable) {
                return Answer.failed(Verdict.REFUSED, name(node), file + " can not be written: " + unwritable);
            }
        });
    }

    /** Asks every node for a report, in the order of the addresses. */
    List<Answer> reports(String path) {
        List<Answer> answers = new ArrayList<>();
        for (URI node : addresses) {
            try {
                HttpWire.Answer answer = exchange(node, "GET", path, null, null);
                answers.add(Answer.ofReport(name(node), answer.status(), answer.text()));
            } catch (NoAnswerException failure) {
                answers.add(Answer.failed(Verdict.UNAVAILABLE, name(node), failure.reason));
            }
        }
        return answers;
    }

    /** Makes the node that leads the first to be asked: one that says so, else the one that another says announced itself. */
    void preferLeader() {
        List<Answer> statuses = reports("/status");
        @Nullable URI announced = null;
        for (int i = 0; i < statuses.size(); i++) {
            if (!(statuses.get(i).result() instanceof Result.Struct status)) continue;
            if (status.get("state").plain().equals("LEADER")) {
                current = i;
                return;
            }
            if (announced == null) announced = leader(addresses.get(i), status);
        }
        if (announced == null) return;
        addresses.addFirst(announced);
        current = 0;
    }

    /** Where {@code node} says that its leader is asked; null when it does not know. */
    private static @Nullable URI leader(URI node, Result.Struct status) {
        if (!(status.get("peers") instanceof Result.Array peers)) return null;
        String leader = status.get("leader_id").plain();
        for (Result element : peers.elements()) {
            if (!(element instanceof Result.Struct peer)) continue;
            String http = peer.get("http").plain();
            if (http.isEmpty() || !peer.get("id").plain().equals(leader)) continue;
            try {
                URI address = new URI(node.getScheme() + "://" + http);
                return address.getHost() == null ? null : address;
            } catch (URISyntaxException notAnAddress) {
                return null;
            }
        }
        return null;
    }

    /**
     * Asks one node to run a command.
     *
     * @param body JSON as {@code POST /command} takes it
     * @param reads the command changes nothing, so it may be asked twice
     */
    Answer command(String body, boolean reads) {
        return command(body, reads, null);
    }

    /** @param key by which the cluster knows the request when it comes again, and does it once; null for none */
    Answer command(String body, boolean reads, @Nullable String key) {
        return inTurn(reads ? Repeat.READ : key == null ? Repeat.NEVER : Repeat.KNOWN, node -> {
            HttpWire.Answer answer = exchange(node, "POST", "/command", body.getBytes(StandardCharsets.UTF_8), key);
            return Answer.ofCommand(name(node), answer.status(), answer.text(), reads);
        });
    }

    @Override
    public void close() {
        if (kept != null) kept.http().close();
        kept = null;
    }

    /** One request to one node. */
    @FunctionalInterface
    private interface Asking {
        Answer ask(URI node) throws NoAnswerException;
    }

    /** Whether a request that was sent and not answered may be sent to another node. */
    private enum Repeat {
        NEVER,
        /** It changes nothing. */
        READ,
        /** The cluster knows it again. */
        KNOWN
    }

    private Answer inTurn(Repeat repeat, Asking asking) {
        int first = current;
        List<String> reasons = new ArrayList<>();
        @Nullable Answer passedOver = null;
        Verdict worst = Verdict.UNAVAILABLE;
        for (int i = 0; i < addresses.size(); i++) {
            int turn = (first + i) % addresses.size();
            URI node = addresses.get(turn);
            try {
                Answer answer = asking.ask(node);
                boolean unknown = answer.verdict() == Verdict.UNKNOWN && repeat == Repeat.KNOWN;
                if (answer.verdict() != Verdict.UNAVAILABLE && !unknown) {
                    current = turn;
                    return answer;
                }
                passedOver = answer;
                worst = worst.worse(answer.verdict());
                reasons.add(name(node) + ": " + answer.error());
            } catch (NoAnswerException failure) {
                if (failure.sent && repeat == Repeat.KNOWN) worst = Verdict.UNKNOWN;
                if (failure.sent && repeat == Repeat.NEVER) {
                    current = turn;
                    return Answer.failed(
                            Verdict.UNKNOWN,
                            name(node),
                            "UNKNOWN " + name(node) + " took the request and did not answer (" + failure.reason
                                    + "); it may have been done, or be done yet");
                }
                reasons.add(name(node) + ": " + failure.reason);
            }
        }
        if (passedOver != null && addresses.size() == 1) return passedOver;
        String all = String.join("; ", reasons);
        return Answer.failed(worst, name(addresses.get(first)), "no node serves: " + all);
    }

    private HttpWire.Answer exchange(URI node, String method, String path, byte @Nullable [] body, @Nullable String key)
            throws NoAnswerException {
        return exchange(node, method, path, key == null ? "" : "Idempotency-Key: " + key + "\r\n", body, null);
    }

    private HttpWire.Answer exchange(
            URI node, String method, String path, String header, byte @Nullable [] body, @Nullable OutputStream file)
            throws NoAnswerException {
        Endpoint endpoint = Endpoint.of(node, tls);
        HttpWire http;
        try {
            http = connected(node, endpoint, /* writes= */ body != null);
        } catch (IOException unreachable) {
            throw new NoAnswerException(reason(unreachable, "no connection in time"), /* sent= */ false, unreachable);
        }
        try {
            String head = HttpWire.head(method, path, endpoint.authority(), authorization);
            http.send(head + header, body);
            HttpWire.Answer answer = http.receive(file);
            if (answer.closes()) http.close();
            else kept = new Connection(node, http, System.nanoTime());
            return answer;
        } catch (IOException broken) {
            http.close();
            throw new NoAnswerException(reason(broken, "no answer in time"), /* sent= */ true, broken);
        }
    }

    private HttpWire connected(URI node, Endpoint endpoint, boolean writes) throws IOException {
        Connection last = kept;
        kept = null;
        if (last != null) {
            boolean fresh = System.nanoTime() - last.usedNanos() < KEPT_NANOS_MAX;
            if (fresh && last.node().equals(node)) return last.http();
            last.http().close();
        }
        HttpWire http = new HttpWire(endpoint.connect(access.timeoutMillis()));
        if (writes && endpoint.tls() != null) greet(http, endpoint);
        return http;
    }

    /**
     * Waits for a first answer, so that a write is not the first thing said.
     *
     * <p>In TLS 1.3 a server looks at the client's certificate after the client takes the connection for made (RFC 8446,
     * 4.4.2.4); what it then sends to say no can be lost to a reset. A write sent meanwhile would have an unknown outcome.
     */
    private void greet(HttpWire http, Endpoint endpoint) throws IOException {
        try {
            http.send(HttpWire.head("GET", "/health/live", endpoint.authority(), authorization), null);
            if (http.receive().closes()) throw new IOException("the node takes no more requests");
        } catch (IOException refused) {
            http.close();
            throw refused;
        }
    }

    private static String reason(IOException failure, String timeout) {
        if (failure instanceof SocketTimeoutException) return timeout;
        if (failure instanceof UnknownHostException) return "unknown host";
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message;
    }

    private static String name(URI node) {
        return node.getScheme() + "://" + node.getAuthority();
    }
}
