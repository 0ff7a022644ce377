package io.ratiskv.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that says exactly what it is told, header by header. Confined to the thread that made it. */
final class RawHttp implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;

    /** An answer; the names of headers are in lower case. */
    record Response(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** One request on a connection of its own. */
    static Response send(int port, String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.request(method, path, headers, body);
            return client.response();
        }
    }

    /** Content-Length and, unless given, Host are added. */
    void request(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", "127.0.0.1:" + socket.getPort());
        all.put("Content-Length", Integer.toString(body.length));
        all.putAll(headers);
        write(method, path, all, body);
    }

    /** The body is written as it stands. */
    void requestWithoutLength(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Host", "127.0.0.1:" + socket.getPort());
        write(method, path, all, body);
    }

    private void write(String method, String path, Map<String, String> all, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(head.toString().getBytes(ISO_8859_1));
        message.writeBytes(body);
        write(message.toByteArray());
    }

    /** As it stands. */
    void write(byte[] message) throws IOException {
        socket.getOutputStream().write(message);
    }

    Response response() throws IOException {
        String status = line();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding")) ? chunks() : sized(headers);
        return new Response(Integer.parseInt(status.split(" ", 3)[1]), headers, new String(body, UTF_8));
    }

    private byte[] sized(Map<String, String> headers) throws IOException {
        byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        in.readFully(body);
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.writeBytes(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream from = in;
        for (int b = from.read(); b != '\n'; b = from.read()) {
            if (b < 0) throw new IOException("the connection ended after \"" + line + "\"");
            if (b != '\r') line.append((char) b);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
