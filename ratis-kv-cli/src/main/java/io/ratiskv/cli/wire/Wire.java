package io.ratiskv.cli.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The bytes of a connection, buffered both ways. Confined to one thread. */
public final class Wire implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int LINE_BYTES_MAX = 64 * 1024;
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] received = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private byte[] toSend = new byte[BUFFER_BYTES];
    private int toSendBytes;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Of the other end. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    public Wire put(byte[] bytes) throws IOException {
        return put(bytes, 0, bytes.length);
    }

    /** {@code length} bytes from {@code offset}. */
    public Wire put(byte[] bytes, int offset, int length) throws IOException {
        if (length > toSend.length - toSendBytes) flush();
        if (length > toSend.length) {
            out.write(bytes, offset, length);
            return this;
        }
        System.arraycopy(bytes, offset, toSend, toSendBytes, length);
        toSendBytes += length;
        return this;
    }

    public Wire put(String ascii) throws IOException {
        return put(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void flush() throws IOException {
        out.write(toSend, 0, toSendBytes);
        toSendBytes = 0;
    }

    /** Up to the next line end, without it. */
    public String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = read(); b != '\n'; b = read()) {
            if (b != '\r') line.append((char) b);
            if (line.length() > LINE_BYTES_MAX) throw new IOException("a line without an end");
        }
        return line.toString();
    }

    /** The next {@code length} bytes. */
    public byte[] bytes(long length) throws IOException {
        if (length > BYTES_MAX) throw new ProtocolException(length + " bytes at once");
        // A length is a claim until its bytes have come.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(length, BUFFER_BYTES));
        copy(length, bytes);
        return bytes.toByteArray();
    }

    /** Hands on the next {@code length} bytes as they come. */
    void copy(long length, OutputStream to) throws IOException {
        long left = length;
        while (left > 0) {
            if (at == end) fill();
            int now = (int) Math.min(left, end - at);
            to.write(received, at, now);
            at += now;
            left -= now;
        }
    }

    /**
     * Some of the next bytes, at least one and at most {@code max}.
     *
     * @return how many; -1 when the node closed the connection
     */
    public int some(byte[] into, int max) throws IOException {
        if (at == end) return in.read(into, 0, max);
        int count = Math.min(max, end - at);
        System.arraycopy(received, at, into, 0, count);
        at += count;
        return count;
    }

    /** From now on a read may wait so long, and fails with a {@link java.net.SocketTimeoutException} then; reads may go on. */
    public void silence(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** All that comes until the node closes the connection. */
    byte[] rest() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(received, at, end - at);
        in.transferTo(bytes);
        at = end;
        return bytes.toByteArray();
    }

    public void skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (at == end) fill();
            int now = (int) Math.min(left, end - at);
            at += now;
            left -= now;
        }
    }

    private int read() throws IOException {
        if (at == end) fill();
        return received[at++] & 0xff;
    }

    private void fill() throws IOException {
        int count = in.read(received);
        if (count < 0) throw new EOFException("the node closed the connection");
        at = 0;
        end = count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // Nothing more is expected of it.
        }
    }
}
