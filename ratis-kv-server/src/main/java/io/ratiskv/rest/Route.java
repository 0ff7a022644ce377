package io.ratiskv.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource and what can be done with it. Immutable; any thread. The table of all of them is what is served, what is
 * guarded, and what {@code /openapi.json} must describe.
 *
 * @param path may end in a name in braces, which stands for any one name
 * @param open needs no password, and may be asked for under any Host: it tells nothing of the data
 */
record Route(String method, String path, boolean open) {
    static final Route CONSOLE = new Route("GET", "/", true);
    static final Route CONSOLE_FILE = new Route("GET", "/console/{" + ConsoleFiles.NAME + "}", true);
    static final Route COMMAND = new Route("POST", "/command", false);
    static final Route STATUS = new Route("GET", "/status", false);
    static final Route EVENTS = new Route("GET", "/events", false);
    static final Route HEALTH = new Route("GET", "/health", true);
    static final Route HEALTH_LIVE = new Route("GET", "/health/live", true);
    static final Route HEALTH_READY = new Route("GET", "/health/ready", true);
    static final Route METRICS = new Route("GET", "/metrics", false);
    static final Route CONFIG = new Route("GET", "/config", false);
    static final Route SLOWLOG = new Route("GET", "/slowlog", false);
    static final Route OPENAPI = new Route("GET", "/openapi.json", false);

    static final List<Route> ALL = List.of(
            CONSOLE,
            CONSOLE_FILE,
            COMMAND,
            STATUS,
            EVENTS,
            HEALTH,
            HEALTH_LIVE,
            HEALTH_READY,
            METRICS,
            CONFIG,
            SLOWLOG,
            OPENAPI);

    /** The resource under that path; null when there is none. */
    static @Nullable Route at(String path) {
        for (Route route : ALL) {
            if (route.matches(path)) return route;
        }
        return null;
    }

    private boolean matches(String asked) {
        int brace = path.indexOf('{');
        if (brace < 0) return path.equals(asked);
        return asked.length() > brace && asked.startsWith(path.substring(0, brace)) && asked.indexOf('/', brace) < 0;
    }
}
