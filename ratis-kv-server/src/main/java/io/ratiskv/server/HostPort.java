package io.ratiskv.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket listens or is dialled: a name or address, and a port. Immutable; any thread.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {

    /** Reads {@code HOST:PORT}, {@code [IPV6]:PORT}; the message of a refusal completes "--option …". */
    static HostPort parse(String text, int minPort) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) throw wrong(text);
        return new HostPort(
                parseHost(text.substring(0, colon), text), parsePort(text.substring(colon + 1), minPort, text));
    }

    static String parseHost(String host, String whole) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        boolean plain = bare.chars().noneMatch(c -> Character.isWhitespace(c) || "[]=,/".indexOf(c) >= 0);
        if (bare.isEmpty() || !plain || bare.indexOf(':') >= 0 != bracketed) throw wrong(whole);
        return bare;
    }

    static int parsePort(String port, int minPort, String whole) {
        try {
            int value = Integer.parseInt(port);
            if (value >= minPort && value <= 65_535) return value;
        } catch (NumberFormatException notANumber) {
            throw wrong(whole);
        }
        throw wrong(whole);
    }

    /** Resolves the host now. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    /** Whether only this machine can reach the address; an unknown name counts as reachable by others. */
    boolean isLoopback() {
        @Nullable InetAddress address = resolved();
        return address != null && address.isLoopbackAddress();
    }

    /** Whether a socket bound to it hears every address of the machine. */
    boolean isEveryInterface() {
        @Nullable InetAddress address = resolved();
        return address != null && address.isAnyLocalAddress();
    }

    /** Whether both cannot be bound at once on one machine. */
    boolean collidesWith(HostPort other) {
        if (port == 0 || port != other.port) return false;
        if (host.equals(other.host)) return true;
        @Nullable InetAddress mine = resolved();
        @Nullable InetAddress theirs = other.resolved();
        if (mine == null || theirs == null) return false;
        return mine.equals(theirs) || mine.isAnyLocalAddress() || theirs.isAnyLocalAddress();
    }

    private @Nullable InetAddress resolved() {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            return null;
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return Kind.wrong("HOST:PORT (for every interface 0.0.0.0:PORT)", text);
    }

    /** {@code host:port}, with brackets around IPv6. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
