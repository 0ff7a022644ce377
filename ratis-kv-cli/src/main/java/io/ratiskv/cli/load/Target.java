package io.ratiskv.cli.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to connect. Immutable; any thread. Never printed whole: it bears the password.
 *
 * @param host name or address, without brackets
 * @param tls null for plain text
 * @param user null for the default user
 * @param password null when none is needed
 */
public record Target(
        Protocol protocol,
        String host,
        int port,
        @Nullable SSLSocketFactory tls,
        @Nullable String user,
        @Nullable String password) {
    private static final int CONNECT_MILLIS_MAX = 3_000;

    /** What is spoken. */
    public enum Protocol {
        RESP,
        HTTP
    }

    /**
     * Connects and, over RESP, logs in.
     *
     * @param value what every SET of this connection sets: ASCII letters and digits
     * @throws IOException when nobody answers there, or the password is refused
     */
    Link open(byte[] value, long timeoutMillis) throws IOException {
        Socket socket = connect((int) Math.min(Integer.MAX_VALUE, timeoutMillis));
        try {
            return switch (protocol) {
                case RESP -> RespLink.open(socket, value, user, password);
                case HTTP -> new HttpLink(socket, this, value);
            };
        } catch (IOException | RuntimeException unusable) {
            socket.close();
            throw unusable;
        }
    }

    private Socket connect(int timeoutMillis) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(timeoutMillis);
            plain.connect(
                    new InetSocketAddress(InetAddress.getByName(host), port),
                    Math.min(CONNECT_MILLIS_MAX, timeoutMillis));
            if (tls == null) return plain;
            SSLSocket secure = (SSLSocket) tls.createSocket(plain, host, port, /* autoClose= */ true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (IOException | RuntimeException unreachable) {
            plain.close();
            throw unreachable;
        }
    }

    /** For a Host header. */
    String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return authority();
    }
}
