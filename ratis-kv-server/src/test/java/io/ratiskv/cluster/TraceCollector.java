package io.ratiskv.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A collector of OpenTelemetry that keeps what it gets over HTTP (opentelemetry/proto/trace/v1/trace.proto). Any thread. */
final class TraceCollector implements AutoCloseable {
    /**
     * A span.
     *
     * @param node {@code service.instance.id} of whoever sent it
     * @param parent span id; empty when it is the root
     * @param attributes those that are texts; others are empty
     */
    record Span(
            String node,
            String trace,
            String id,
            String parent,
            String name,
            long startNanos,
            long endNanos,
            Map<String, String> attributes) {}

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All so far. */
    List<Span> spans() {
        return spans;
    }

    /** Whether the text is in anything that was sent. */
    boolean heard(String text) {
        return bodies.stream().anyMatch(body -> body.contains(text));
    }

    private void take(HttpExchange exchange) throws IOException {
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (exchange;
                InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            byte[] bytes = body.readAllBytes();
            bodies.add(new String(bytes, StandardCharsets.ISO_8859_1));
            for (UnknownFieldSet resourceSpans : messages(UnknownFieldSet.parseFrom(bytes), 1)) {
                takeSpans(resourceSpans);
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void takeSpans(UnknownFieldSet resourceSpans) throws IOException {
        UnknownFieldSet resource = messages(resourceSpans, 1).getFirst();
        String node = attributes(resource, 1).getOrDefault("service.instance.id", "");
        for (UnknownFieldSet scope : messages(resourceSpans, 2)) {
            for (UnknownFieldSet span : messages(scope, 2)) {
                spans.add(new Span(
                        node,
                        hex(span, 1),
                        hex(span, 2),
                        hex(span, 4),
                        text(span, 5),
                        span.getField(7).getFixed64List().getFirst(),
                        span.getField(8).getFixed64List().getFirst(),
                        attributes(span, 9)));
            }
        }
    }

    private static Map<String, String> attributes(UnknownFieldSet of, int field) throws IOException {
        Map<String, String> attributes = new TreeMap<>();
        for (UnknownFieldSet attribute : messages(of, field)) {
            attributes.put(text(attribute, 1), text(messages(attribute, 2).getFirst(), 1));
        }
        return attributes;
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) throws IOException {
        List<UnknownFieldSet> messages = new ArrayList<>();
        for (ByteString bytes : of.getField(field).getLengthDelimitedList()) {
            messages.add(UnknownFieldSet.parseFrom(bytes));
        }
        return messages;
    }

    private static String hex(UnknownFieldSet of, int field) {
        List<ByteString> values = of.getField(field).getLengthDelimitedList();
        return values.isEmpty()
                ? ""
                : HexFormat.of().formatHex(values.getFirst().toByteArray());
    }

    /** Empty when there is none. */
    private static String text(UnknownFieldSet of, int field) {
        List<ByteString> values = of.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? "" : values.getFirst().toStringUtf8();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
