package io.ratiskv.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes are and how to be let in. Immutable; any thread. Never printed whole: it bears the password.
 *
 * @param addresses {@code http://host:port} or {@code https://host:port}; not empty
 * @param user null for the default user
 * @param password null when none is needed
 * @param timeoutMillis that a node may be silent
 */
record Access(
        List<URI> addresses,
        @Nullable String user,
        @Nullable String password,
        TrustFiles trust,
        long timeoutMillis) {

    /**
     * PEM files for TLS.
     *
     * @param authorities that servers are verified against; null for those of the JDK
     * @param certificate own, for servers that ask for one; null for none
     * @param key of the certificate, PKCS #8; null exactly when there is no certificate
     */
    record TrustFiles(
            @Nullable Path authorities,
            @Nullable Path certificate,
            @Nullable Path key) {}

    /** Whether any node is asked over TLS. */
    boolean secure() {
        return addresses.stream().anyMatch(address -> "https".equals(address.getScheme()));
    }

    @Override
    public String toString() {
        return "Access" + addresses;
    }
}
