package io.ratiskv.rest;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Under which names this node may be asked, and by pages of which origins. Immutable; any thread.
 *
 * <p>A page that a browser loaded from elsewhere can name this node in two ways: by its own name turned to this address
 * (DNS rebinding), which the Host header shows, or by this node's name, which the Origin header shows (RFC 6454). No
 * other client sends an Origin.
 */
final class HostCheck {
    /** Allows any. */
    static final String ANY = "*";

    private final Set<String> hosts = new HashSet<>();
    private final Set<String> origins = new HashSet<>();

    /**
     * @param hosts names and addresses beside those of loopback, without port; {@link #ANY}
     * @param origins as browsers write them, {@code https://kv.example.com}; {@link #ANY}
     */
    HostCheck(Set<String> hosts, Set<String> origins) {
        hosts.forEach(host -> this.hosts.add(bare(host)));
        origins.forEach(origin -> this.origins.add(origin.toLowerCase(Locale.ROOT)));
    }

    /**
     * @param host without port
     * @param localAddress that the connection came to: a name that is an address can not be turned to another
     */
    boolean allowsHost(String host, String localAddress) {
        String name = bare(host);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1")
                || isLoopbackIpv4(name)
                || name.equals(bare(localAddress))
                || hosts.contains(name)
                || hosts.contains(ANY);
    }

    /**
     * @param origin the header; null when there is none
     * @param authority the Host header, with its port
     */
    boolean allowsOrigin(@Nullable String origin, @Nullable String authority) {
        if (origin == null) return true;
        String lower = origin.toLowerCase(Locale.ROOT);
        if (origins.contains(lower) || origins.contains(ANY)) return true;
        int slashes = lower.indexOf("://");
        return slashes > 0
                && authority != null
                && lower.substring(slashes + 3).equals(authority.toLowerCase(Locale.ROOT));
    }

    private static boolean isLoopbackIpv4(String name) {
        if (!name.startsWith("127.")) return false;
        String[] parts = name.split("\\.", -1);
        if (parts.length != 4) return false;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) return false;
        }
        return true;
    }

    /** In lower case, without the brackets of IPv6 and the dot of the root. */
    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) return lower.substring(1, lower.length() - 1);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
