package io.ratiskv.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A live Redis as the command line names it: {@code redis://[user:password@]host:port[/db]}, {@code rediss} over TLS.
 * Immutable; any thread. Never printed whole: it bears the password.
 *
 * @param host without brackets
 * @param user null for the default user
 * @param password null when none is named
 * @param database null when none is named
 */
record RedisUrl(
        boolean secure,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        @Nullable Integer database) {
    private static final int PORT = 6379;

    static boolean isOne(String text) {
        return text.startsWith("redis://") || text.startsWith("rediss://");
    }

    /** @throws URISyntaxException with a reason for whoever wrote it, without the text */
    static RedisUrl of(String text) throws URISyntaxException {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException garbled) {
            throw wrong("it is no address, a password with special characters is to be %-encoded");
        }
        String host = uri.getHost();
        if (host == null) throw wrong("it names no host, or a password that is to be %-encoded");
        String[] who = uri.getRawUserInfo() == null
                ? new String[] {""}
                : uri.getRawUserInfo().split(":", 2);
        String path = uri.getRawPath().replaceFirst("^/", "");
        if (!path.matches("\\d{0,5}") || uri.getRawQuery() != null) throw wrong("behind the / stands a database");
        return new RedisUrl(
                uri.getScheme().equals("rediss"),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? PORT : uri.getPort(),
                who[0].isEmpty() ? null : decoded(who[0]),
                who.length < 2 ? null : decoded(who[1]),
                path.isEmpty() ? null : Integer.valueOf(path));
    }

    private static URISyntaxException wrong(String reason) {
        return new URISyntaxException("redis://…", reason);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
