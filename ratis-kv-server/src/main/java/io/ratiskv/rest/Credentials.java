package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.session.Guard;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who a request says it is from, and whether that is proven: by HTTP Basic (RFC 7617), where the default user may go
 * unnamed, or by the default user's password as a Bearer token (RFC 6750). Immutable; any thread.
 */
record Credentials(Guard guard) {
    private static final String BASIC = "basic ";
    private static final String BEARER = "bearer ";

    /** The user; null if it is not proven. */
    @Nullable
    Bytes user(@Nullable String authorization) {
        if (authorization == null) return guard.isOpen() ? Request.DEFAULT_USER : null;
        String scheme = authorization
                .substring(0, Math.min(BEARER.length(), authorization.length()))
                .toLowerCase(Locale.ROOT);
        if (scheme.equals(BEARER)) {
            String token = authorization.substring(BEARER.length()).trim();
            return proven(Request.DEFAULT_USER, Bytes.wrap(token.getBytes(StandardCharsets.UTF_8)));
        }
        if (!scheme.startsWith(BASIC)) return null;
        Bytes pair;
        try {
            pair = Bytes.wrap(Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).trim()));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        int colon = 0;
        while (colon < pair.length() && pair.at(colon) != ':') colon++;
        if (colon == pair.length()) return null;
        Bytes user = pair.slice(0, colon);
        return proven(user.isEmpty() ? Request.DEFAULT_USER : user, pair.slice(colon + 1, pair.length() - colon - 1));
    }

    private @Nullable Bytes proven(Bytes user, Bytes password) {
        return guard.accepts(user, password) ? user : null;
    }
}
