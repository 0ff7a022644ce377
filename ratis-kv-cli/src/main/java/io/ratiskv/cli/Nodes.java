package io.ratiskv.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster, asked over HTTP: first the one that answered last, then the others. Confined to one thread.
 *
 * <p>A node that can not be reached, or that says that nothing happened and never will (503, 429), is passed over. A
 * write that was sent and not answered ends there, because asking another node could do it twice; a read goes on.
 */
final class Nodes implements AutoCloseable {
    private static final long CONNECT_MILLIS_MAX = 3_000;

    private final Access access;
    private final HttpClient http;
    private final @Nullable String authorization;
    private int current;

    private Nodes(Access access, HttpClient http) {
        this.access = access;
        this.http = http;
        this.authorization = access.authorization();
    }

    /** @throws TlsException when the PEM files can not be used */
    static Nodes of(Access access) throws TlsException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(null))
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(Math.min(CONNECT_MILLIS_MAX, access.timeoutMillis())))
                .sslContext(access.secure() ? Tls.of(access.trust()) : Tls.none())
                .build();
        return new Nodes(access, http);
    }

    /** Asks one node for a report, such as {@code /status}. */
    Answer report(String path) {
        return inTurn(
                /* reads= */ true, node -> {
                    HttpResponse<String> response = exchange(request(node, path).GET());
                    return Answer.ofReport(name(node), response.statusCode(), response.body());
                });
    }

    /** Asks every node for a report, in the order of the addresses. */
    List<Answer> reports(String path) {
        List<Answer> answers = new ArrayList<>();
        for (URI node : access.addresses()) {
            try {
                HttpResponse<String> response = exchange(request(node, path).GET());
                answers.add(Answer.ofReport(name(node), response.statusCode(), response.body()));
            } catch (IOException unreachable) {
                answers.add(Answer.failed(Verdict.UNAVAILABLE, name(node), reason(unreachable)));
            }
        }
        return answers;
    }

    /** Makes the node that leads the first to be asked, where it is among the addresses and says so. */
    void preferLeader() {
        if (access.addresses().size() == 1) return;
        List<Answer> statuses = reports("/status");
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i).result() instanceof Result.Struct status
                    && status.get("state").plain().equals("LEADER")) {
                current = i;
            }
        }
    }

    /**
     * Asks one node to run a command.
     *
     * @param body JSON as {@code POST /command} takes it
     * @param reads the command changes nothing, so it may be asked twice
     */
    Answer command(String body, boolean reads) {
        return inTurn(reads, node -> {
            HttpRequest.Builder request = request(node, "/command")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            HttpResponse<String> response = exchange(request);
            return Answer.ofCommand(name(node), response.statusCode(), response.body(), reads);
        });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** One request to one node. */
    @FunctionalInterface
    private interface Asking {
        Answer ask(URI node) throws IOException;
    }

    private Answer inTurn(boolean reads, Asking asking) {
        List<URI> addresses = access.addresses();
        int first = current;
        List<String> reasons = new ArrayList<>();
        @Nullable Answer passedOver = null;
        for (int i = 0; i < addresses.size(); i++) {
            int turn = (first + i) % addresses.size();
            URI node = addresses.get(turn);
            try {
                Answer answer = asking.ask(node);
                if (answer.verdict() != Verdict.UNAVAILABLE) {
                    current = turn;
                    return answer;
                }
                passedOver = answer;
                reasons.add(name(node) + ": " + answer.error());
            } catch (IOException failure) {
                boolean sent = mayHaveBeenSent(failure);
                if (sent && !reads) {
                    current = turn;
                    return Answer.failed(
                            Verdict.UNKNOWN,
                            name(node),
                            "UNKNOWN " + name(node) + " took the request and did not answer (" + reason(failure)
                                    + "); it may have been done, or be done yet");
                }
                reasons.add(name(node) + ": " + reason(failure));
            }
        }
        if (passedOver != null && addresses.size() == 1) return passedOver;
        String all = String.join("; ", reasons);
        return Answer.failed(Verdict.UNAVAILABLE, name(addresses.get(first)), "no node serves: " + all);
    }

    private HttpRequest.Builder request(URI node, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.resolve(path)).timeout(Duration.ofMillis(access.timeoutMillis()));
        if (authorization != null) request.header("Authorization", authorization);
        return request;
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** False only where it is certain that no byte of the request left: the connection was never there. */
    private static boolean mayHaveBeenSent(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof HttpConnectTimeoutException
                    || cause instanceof SSLHandshakeException) {
                return false;
            }
        }
        return true;
    }

    private static String reason(IOException failure) {
        if (failure instanceof HttpConnectTimeoutException) return "no connection in time";
        if (failure instanceof HttpTimeoutException) return "no answer in time";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.nio.channels.UnresolvedAddressException) return "unknown host";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && !message.isEmpty()) return message;
        }
        return failure instanceof ConnectException
                ? "connection refused"
                : failure.getClass().getSimpleName();
    }

    private static String name(URI node) {
        return node.getScheme() + "://" + node.getAuthority();
    }
}
