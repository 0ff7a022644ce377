package io.ratiskv.cli.migration;

import io.ratiskv.cli.wire.Endpoint;
import io.ratiskv.cli.wire.RefusedException;
import io.ratiskv.cli.wire.RespWire;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where servers speak RESP, and how to be let in. Immutable; any thread. Never printed whole: it bears the password.
 *
 * @param endpoints of one server, or of the nodes of a cluster; not empty
 * @param user null for the default user
 * @param password null when none is needed
 * @param timeoutMillis that a server may be silent, and for which it is tried again
 */
public record Servers(
        List<Endpoint> endpoints,
        @Nullable String user,
        @Nullable String password,
        long timeoutMillis) {

    /** Connects to the endpoint of this number, counted on beyond the last. */
    RespWire open(int number) throws IOException {
        return RespWire.open(endpoints.get(number % endpoints.size()), user, password, timeoutMillis);
    }

    /** Connects to the first that takes it. */
    RespWire openAny() throws IOException {
        for (int number = 0; number < endpoints.size() - 1; number++) {
            try {
                return open(number);
            } catch (RefusedException refused) {
                throw refused;
            } catch (IOException unreachable) {
                // The next may be there; of the last it is told.
            }
        }
        return open(endpoints.size() - 1);
    }

    @Override
    public String toString() {
        return endpoints.toString();
    }
}
