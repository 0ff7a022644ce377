package io.ratiskv.cli.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect. Immutable; any thread.
 *
 * @param host name or address, without brackets
 * @param tls null for plain text
 */
public record Endpoint(String host, int port, @Nullable SSLContext tls) {
    private static final int CONNECT_MILLIS_MAX = 3_000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** @param tls for addresses of {@code https} */
    public static Endpoint of(URI address, @Nullable SSLContext tls) {
        boolean secure = "https".equals(address.getScheme());
        String host = address.getHost();
        int implied = secure ? HTTPS_PORT : HTTP_PORT;
        return new Endpoint(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                address.getPort() < 0 ? implied : address.getPort(),
                secure ? tls : null);
    }

    /**
     * Connects, to the first of the host's addresses that takes it.
     *
     * @param silenceMillis how long a read may wait
     * @throws IOException when nobody answers there, or not over TLS: no byte of a request was sent
     */
    public Wire connect(long silenceMillis) throws IOException {
        int silence = (int) Math.min(Integer.MAX_VALUE, silenceMillis);
        IOException last = new IOException("no addresses");
        for (InetAddress address : InetAddress.getAllByName(host)) {
            try {
                return new Wire(connect(address, silence));
            } catch (IOException unreachable) {
                last = unreachable;
            }
        }
        throw last;
    }

    private Socket connect(InetAddress address, int silenceMillis) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(silenceMillis);
            plain.connect(new InetSocketAddress(address, port), connectMillis(silenceMillis));
            if (tls == null) return plain;
            SSLSocket secure =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, /* autoClose= */ true);
            secure.setSSLParameters(identified(secure.getSSLParameters()));
            secure.startHandshake();
            return secure;
        } catch (IOException | RuntimeException unreachable) {
            plain.close();
            throw unreachable;
        }
    }

    /** How long to wait for a connection where a read may wait so long. */
    public static int connectMillis(long silenceMillis) {
        return (int) Math.min(CONNECT_MILLIS_MAX, silenceMillis);
    }

    /** With a look at whether the certificate is the host's. @return the same */
    public static SSLParameters identified(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    /** For a Host header. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return authority();
    }
}
