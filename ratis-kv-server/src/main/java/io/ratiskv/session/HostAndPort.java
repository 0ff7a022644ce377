package io.ratiskv.session;

import org.jspecify.annotations.Nullable;

/**
 * An address as clients are told it, host and port apart. Immutable.
 *
 * @param host without the brackets of an IPv6 address
 */
record HostAndPort(String host, int port) {
    /** Null when {@code text} is null or not {@code host:port}. */
    static @Nullable HostAndPort parse(@Nullable String text) {
        int colon = text == null ? -1 : text.lastIndexOf(':');
        if (text == null || colon < 0) {
            return null;
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new HostAndPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException notAPort) {
            return null;
        }
    }
}
