package io.ratiskv.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Most subcommands once, in which the JVM records the classes that every later call needs: a program of its own, run by
 * the build with the option that writes the archive. Confined to the main thread.
 *
 * <p>It answers itself: what a call loads does not depend on who answers it.
 */
final class StartTraining {
    private static final String MEMBERS = "[{\"id\":\"n1\",\"role\":\"leader\",\"lag\":0,\"resp\":null}]";
    private static final String STATUS =
            "{\"node_id\":\"n1\",\"state\":\"LEADER\",\"current_term\":1,\"peers\":[{\"id\":\"n2\",\"lag\":null}],"
                    + "\"snapshot\":{\"index\":1,\"age_seconds\":1.5}}";

    private StartTraining() {}

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/status", exchange -> answer(exchange, STATUS));
        server.createContext("/health/ready", exchange -> answer(exchange, "{\"ready\":true}"));
        server.createContext("/command", StartTraining::command);
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        String[][] calls = {
            {"--version"},
            {"--help"},
            {"set", "training", "yes"},
            {"get", "training"},
            {"delete", "training"},
            {"status"},
            {"health"},
            {"members"},
            {"--output", "json", "members"},
            {"transfer", "n1"},
            {"snapshot"},
            {"command", "HSET", "training", "a", "1"},
            {"repl"},
            {"get"}
        };
        for (String[] call : calls) {
            Surroundings surroundings = new Surroundings(
                    Map.of("RAFT_CLI_ADDRESS", address, "RAFT_CLI_PASSWORD", "training"),
                    new ByteArrayInputStream("GET training\n".getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    false,
                    false);
            Main.run(surroundings, call);
        }
        server.stop(0);
        System.exit(0);
    }

    private static void command(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String result = body.contains("MEMBERS") ? MEMBERS : "\"OK\"";
        answer(exchange, "{\"success\":true,\"result\":" + result + ",\"error\":null}");
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
