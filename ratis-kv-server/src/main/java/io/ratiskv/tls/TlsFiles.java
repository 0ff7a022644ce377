package io.ratiskv.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files that TLS is built from, as the operator named them. Immutable; any thread.
 *
 * @param certificate this node's certificate, followed by its intermediates
 * @param key the certificate's private key, PKCS #8, not encrypted
 * @param authorities certificates that nodes and clients are verified against; null when there are none
 * @param clientAuth what clients of RESP and HTTP must present
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path authorities, ClientAuth clientAuth) {

    /** What clients of RESP and HTTP must present; between nodes a certificate is always required. */
    public enum ClientAuth {
        /** No certificate is asked for. */
        NO,
        /** A certificate is asked for, and verified when there is one. */
        OPTIONAL,
        /** A connection without a verified certificate is refused. */
        YES
    }
}
