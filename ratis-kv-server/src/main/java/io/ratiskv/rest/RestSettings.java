package io.ratiskv.rest;

import io.ratiskv.session.Guard;
import io.ratiskv.tls.Tls;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where HTTP is served and to whom. Immutable.
 *
 * @param host to bind to
 * @param port to bind to; 0 lets the system choose
 * @param guard knows who may ask, and for what
 * @param tls serves HTTPS alone; null for plain text
 * @param connectionsMax open at once
 * @param bodyBytesMax of one request
 * @param heldBytesMax of all bodies that are not answered yet
 * @param wordBytesMax of one word of a command
 * @param requestsPerSecondMax of one client address; 0: any number
 * @param allowedHosts names under which the node may be asked, beside loopback and the address that was connected to
 * @param allowedOrigins whose pages may ask, beside those of the node itself
 */
public record RestSettings(
        String host,
        int port,
        Guard guard,
        @Nullable Tls tls,
        int connectionsMax,
        long bodyBytesMax,
        long heldBytesMax,
        int wordBytesMax,
        int requestsPerSecondMax,
        Set<String> allowedHosts,
        Set<String> allowedOrigins) {}
