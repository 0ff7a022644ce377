package io.ratiskv.lab;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One connection over the Redis protocol, version 2. One thread. */
final class Connection implements Closeable {
    /** An error reply. */
    static final class ErrorReply extends Exception {
        private static final long serialVersionUID = 1;

        ErrorReply(String text) {
            super(text);
        }

        /** True when the server says that it may or may not have been done. */
        boolean isUnknown() {
            return String.valueOf(getMessage()).startsWith("UNKNOWN");
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    Connection(InetSocketAddress address, int timeoutMillis) throws IOException {
        try {
            socket.connect(address, timeoutMillis);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Several at once; the reply to the last. */
    String ask(List<List<String>> requests) throws IOException, ErrorReply {
        StringBuilder text = new StringBuilder();
        for (List<String> words : requests) {
            text.append('*').append(words.size()).append("\r\n");
            for (String word : words) {
                text.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
        }
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.US_ASCII));
        ErrorReply error = null;
        String last = "";
        for (int i = 0; i < requests.size(); i++) {
            try {
                last = read();
            } catch (ErrorReply reply) {
                error = reply;
            }
        }
        if (error != null) {
            throw error;
        }
        return last;
    }

    String ask(String... words) throws IOException, ErrorReply {
        return ask(List.of(List.of(words)));
    }

    private String read() throws IOException, ErrorReply {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest;
            case '-' -> throw new ErrorReply(rest);
            case '$' -> rest.equals("-1") ? Replies.NIL : bulk(Integer.parseInt(rest));
            case '*' -> rest.equals("-1") ? Replies.NIL : array(Integer.parseInt(rest));
            default -> throw new IOException("no reply begins with " + line);
        };
    }

    private String array(int length) throws IOException, ErrorReply {
        List<String> elements = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            elements.add(read());
        }
        return "[" + String.join(",", elements) + "]";
    }

    private String bulk(int length) throws IOException {
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException();
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
