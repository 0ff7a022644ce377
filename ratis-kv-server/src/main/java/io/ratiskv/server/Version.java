package io.ratiskv.server;

import org.jspecify.annotations.Nullable;

/** The version of this server. Any thread. */
public final class Version {
    private Version() {}

    /** The version in the manifest of the jar; {@code development} where classes run outside a jar. */
    public static String current() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
