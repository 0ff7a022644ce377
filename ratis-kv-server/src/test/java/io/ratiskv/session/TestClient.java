package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A blocking RESP2 client on a socket. Confined to one thread. */
final class TestClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    TestClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    TestClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    Socket socket() {
        return socket;
    }

    void raw(String latin1) throws IOException {
        socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(String... words) throws IOException {
        socket.getOutputStream().write(request(words));
    }

    static byte[] request(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    Reply ask(String... words) throws IOException {
        send(words);
        return read();
    }

    Reply read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest.equals("OK") ? Reply.OK : rest.equals("PONG") ? Reply.PONG : new Reply.Simple(rest);
            case '-' -> Reply.error(rest);
            case ':' -> Reply.of(Long.parseLong(rest));
            case '$' -> rest.equals("-1") ? Reply.NULL : bulk(Integer.parseInt(rest));
            case '*' -> rest.equals("-1") ? Reply.NULL_ARRAY : array(Integer.parseInt(rest));
            default -> throw new IOException("not RESP2: " + line);
        };
    }

    private Reply bulk(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        in.readNBytes(2);
        return Reply.bulk(Bytes.wrap(bytes));
    }

    private Reply array(int length) throws IOException {
        List<Reply> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(read());
        }
        return Reply.array(elements);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.readUnsignedByte(); b != '\r'; b = in.readUnsignedByte()) {
            line.append((char) b);
        }
        in.readUnsignedByte();
        return line.toString();
    }

    /** True when the server closed the connection; waits for it. */
    boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
