package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.HttpWire;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to connect. Immutable; any thread. Never printed whole: it bears the password.
 *
 * @param user null for the default user
 * @param password null when none is needed
 */
public record Target(
        Protocol protocol,
        Endpoint endpoint,
        @Nullable String user,
        @Nullable String password) {

    /** What is spoken. */
    public enum Protocol {
        RESP,
        HTTP
    }

    /** @param value what every SET of a connection sets: ASCII letters and digits */
    Dialect dialect(byte[] value) {
        return switch (protocol) {
            case RESP -> new RespDialect(value, user, password);
            case HTTP -> new HttpDialect(endpoint.authority(), HttpWire.basic(user, password), value);
        };
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
