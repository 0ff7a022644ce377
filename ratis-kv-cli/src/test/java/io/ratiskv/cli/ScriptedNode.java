package io.ratiskv.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A node's HTTP with a map behind SET, GET and DELETE; answers otherwise where the test says so. Any thread. */
final class ScriptedNode implements AutoCloseable {
    /** Takes the request and closes the connection. */
    static final int BREAK = 0;

    private final HttpServer server;
    private final Map<String, Result> keys = new TreeMap<>();
    private final Queue<Script> scripts = new ArrayDeque<>();
    private final List<String> bodies = new ArrayList<>();
    private final List<String> authorizations = new ArrayList<>();
    private final List<String> keysOfWrites = new ArrayList<>();

    private record Script(int status, String body) {}

    ScriptedNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next request is answered with this, whatever it is; a status of {@link #BREAK} answers nothing. */
    synchronized ScriptedNode next(int status, String body) {
        scripts.add(new Script(status, body));
        return this;
    }

    /** The next command is answered with an error in Redis' form. */
    ScriptedNode nextError(int status, String error) {
        return next(status, "{\"success\":false,\"result\":null,\"error\":\"" + error + "\"}\n");
    }

    /** The next command is answered with this result. */
    ScriptedNode nextResult(String json) {
        return next(200, "{\"success\":true,\"result\":" + json + ",\"error\":null}\n");
    }

    /** What was posted, in order. */
    synchronized List<String> bodies() {
        return List.copyOf(bodies);
    }

    synchronized List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    /** The headers Idempotency-Key, in order. */
    synchronized List<String> idempotencyKeys() {
        return List.copyOf(keysOfWrites);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        bodies.add(body);
        @Nullable String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) authorizations.add(authorization);
        @Nullable String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        if (key != null) keysOfWrites.add(key);
        Script script = scripts.poll();
        if (script == null) script = new Script(200, run(body));
        if (script.status() == BREAK) {
            exchange.close();
            return;
        }
        byte[] bytes = script.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(script.status(), bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private String run(String body) {
        if (!(Json.parse(body) instanceof Result.Struct request)) return "{}";
        String key = request.get("key").plain();
        return switch (request.get("type").plain()) {
            case "SET" -> {
                keys.put(key, request.get("value"));
                yield result("\"OK\"");
            }
            case "GET" -> {
                Result value = keys.get(key);
                yield result(value == null ? "null" : "\"" + value.plain() + "\"");
            }
            case "DELETE" -> result(keys.remove(key) == null ? "0" : "1");
            default -> result("null");
        };
    }

    private static String result(String json) {
        return "{\"success\":true,\"result\":" + json + ",\"error\":null}\n";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
