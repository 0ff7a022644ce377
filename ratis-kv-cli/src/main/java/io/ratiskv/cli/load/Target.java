package io.ratiskv.cli.load;

import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.HttpWire;
import io.ratiskv.cli.wire.Wire;
import java.io.IOException;
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

    /**
     * Connects and, over RESP, logs in.
     *
     * @param value what every SET of this connection sets: ASCII letters and digits
     * @throws IOException when nobody answers there, or the password is refused
     */
    Link open(byte[] value, long timeoutMillis) throws IOException {
        Wire wire = endpoint.connect(timeoutMillis);
        try {
            return switch (protocol) {
                case RESP -> RespLink.open(wire, value, user, password);
                case HTTP -> new HttpLink(wire, endpoint.authority(), HttpWire.basic(user, password), value);
            };
        } catch (IOException | RuntimeException unusable) {
            wire.close();
            throw unusable;
        }
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
