package io.ratiskv.rest;

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
        return new RestSettings(
                "127.0.0.1",
                port,
                password,
                tls,
                256,
                BODY_BYTES_MAX,
                2 * BODY_BYTES_MAX,
                WORD_BYTES_MAX,
                0,
                Set.of("kv.example.com"),
                Set.of("https://console.example.com"));
    }

    /** @param perSecond requests of one client */
    static RestSettings limited(int perSecond) {
        RestSettings any = of(0, null, null);
        return new RestSettings(
                any.host(),
                any.port(),
                null,
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
