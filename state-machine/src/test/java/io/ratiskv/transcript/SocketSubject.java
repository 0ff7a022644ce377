package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server on this machine's loopback, spoken to over one connection. Confined to one thread. */
public final class SocketSubject implements Subject {
    private final String kind;
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Connects. {@code kind} is {@code redis} or {@code server}. */
    public SocketSubject(String kind, int port) throws IOException {
        this.kind = kind;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public boolean keepsClock() {
        return false;
    }

    @Override
    public void begin() throws IOException {
        for (String request : List.of("RESET", "FLUSHALL")) {
            Reply reply = call(0, new Bytes[] {Bytes.of(request)});
            if (reply instanceof Reply.Failure) {
                throw new IOException(request + " was answered " + ReplyText.of(reply));
            }
        }
    }

    @Override
    public Reply call(long atMillis, Bytes[] words) throws IOException {
        send(words);
        return receive();
    }

    /** Sends a request without waiting for its reply; {@link #receive} has to be called once for each. */
    public void send(Bytes... words) throws IOException {
        write("*" + words.length + "\r\n");
        for (Bytes word : words) {
            write("$" + word.length() + "\r\n");
            out.write(word.array(), word.offset(), word.length());
            write("\r\n");
        }
    }

    /** The reply to the first request sent that has none yet. */
    public Reply receive() throws IOException {
        out.flush();
        return read();
    }

    private void write(String ascii) throws IOException {
        out.write(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private Reply read() throws IOException {
        char type = (char) in.readUnsignedByte();
        String head = line();
        return switch (type) {
            case '+' -> new Reply.Simple(head);
            case '-' -> new Reply.Failure(head);
            case ':' -> Reply.of(Long.parseLong(head));
            case '$' -> head.equals("-1") ? Reply.NULL : Reply.bulk(bytes(Integer.parseInt(head)));
            case '*' -> head.equals("-1") ? Reply.NULL_ARRAY : Reply.array(replies(Integer.parseInt(head)));
            case '%' -> new Reply.Map(replies(2 * Integer.parseInt(head)));
            case '~' -> new Reply.Set(replies(Integer.parseInt(head)));
            case '>' -> new Reply.Push(replies(Integer.parseInt(head)));
            case '_' -> Reply.NULL;
            case '#' -> new Reply.Bool(head.equals("t"));
            case ',' -> new Reply.Decimal(decimal(head));
            case '(' -> new Reply.BigNumber(head);
            case '=' -> verbatim(bytes(Integer.parseInt(head)));
            default -> throw new IOException("no type of RESP: " + type + head);
        };
    }

    private static double decimal(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Reply verbatim(Bytes formatAndText) {
        return new Reply.Verbatim(formatAndText.slice(0, 3).utf8(), formatAndText.slice(4, formatAndText.length() - 4));
    }

    private List<Reply> replies(int count) throws IOException {
        List<Reply> replies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            replies.add(read());
        }
        return replies;
    }

    private Bytes bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.readFully(new byte[2]);
        return Bytes.wrap(bytes);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.readUnsignedByte(); b != '\r'; b = in.readUnsignedByte()) {
            line.append((char) b);
        }
        if (in.readUnsignedByte() != '\n') {
            throw new IOException("a carriage return alone behind: " + line);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
