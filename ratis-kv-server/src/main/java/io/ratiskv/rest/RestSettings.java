package io.ratiskv.rest;

import io.ratiskv.tls.Tls;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where HTTP is served and to whom. Immutable.
 *
 * @param host to bind to
 * @param port to bind to; 0 lets the system choose
 * @param password whether these bytes are the password, in time that does not depend on them; null when none is needed
 * @param tls serves HTTPS alone; null for plain text
 */
public record RestSettings(
        String host,
        int port,
        @Nullable Predicate<byte[]> password,
        @Nullable Tls tls) {}
