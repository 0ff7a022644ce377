package io.ratiskv.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request bears the password: as HTTP Basic (RFC 7617) of the user {@code default}, who may go unnamed, or as a Bearer token (RFC 6750).
 * Immutable; any thread.
 */
record Credentials(Predicate<byte[]> password) {
    private static final String USER = "default";
    private static final String BASIC = "basic ";
    private static final String BEARER = "bearer ";

    boolean accept(@Nullable String authorization) {
        if (authorization == null) return false;
        String scheme = authorization
                .substring(0, Math.min(BEARER.length(), authorization.length()))
                .toLowerCase(Locale.ROOT);
        if (scheme.equals(BEARER)) {
            return password.test(authorization.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8));
        }
        if (!scheme.startsWith(BASIC)) return false;
        byte[] pair;
        try {
            pair = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).trim());
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') colon++;
        if (colon == pair.length) return false;
        String user = new String(pair, 0, colon, StandardCharsets.UTF_8);
        if (!user.isEmpty() && !user.equals(USER)) return false;
        byte[] given = new byte[pair.length - colon - 1];
        System.arraycopy(pair, colon + 1, given, 0, given.length);
        return password.test(given);
    }
}
