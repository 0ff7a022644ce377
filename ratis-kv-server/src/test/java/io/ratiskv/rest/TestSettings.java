package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.session.Guard;
import io.ratiskv.tls.Tls;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Settings of a server on loopback. Any thread. */
final class TestSettings {
    static final int BODY_BYTES_MAX = 1_000_000;
    static final int WORD_BYTES_MAX = 100_000;

    private TestSettings() {}

    static RestSettings of(int port, @Nullable Predicate<byte[]> password, @Nullable Tls tls) {
        return guarded(port, guard(password), tls);
    }

    static RestSettings of(Guard guard) {
        return guarded(0, guard, null);
    }

    private static RestSettings guarded(int port, Guard guard, @Nullable Tls tls) {
        return new RestSettings(
                "127.0.0.1",
                port,
                guard,
                tls,
                256,
                BODY_BYTES_MAX,
                2 * BODY_BYTES_MAX,
                WORD_BYTES_MAX,
                0,
                Set.of("kv.example.com"),
                Set.of("https://console.example.com"));
    }

    private static Guard guard(@Nullable Predicate<byte[]> password) {
        return new Guard() {
            @Override
            public boolean isOpen() {
                return password == null;
            }

            @Override
            public boolean accepts(Bytes user, Bytes given) {
                return user.equals(Request.DEFAULT_USER) && (password == null || password.test(given.toByteArray()));
            }

            @Override
            public @Nullable String refusal(Bytes user, String... words) {
                return null;
            }
        };
    }

    /** @param perSecond requests of one client */
    static RestSettings limited(int perSecond) {
        RestSettings any = of(0, null, null);
        return new RestSettings(
                any.host(),
                any.port(),
                any.guard(),
                null,
                any.connectionsMax(),
                any.bodyBytesMax(),
                any.heldBytesMax(),
                any.wordBytesMax(),
                perSecond,
                any.allowedHosts(),
                any.allowedOrigins());
    }
}
