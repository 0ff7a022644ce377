package io.ratiskv.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource and what can be done with it. Immutable; any thread. The table of all of them is what is served, what is
 * guarded, and what {@code /openapi.json} must describe.
 *
 * @param path may end in a name in braces, which stands for any one name
 * @param open needs no password, and may be asked for under any Host: it tells nothing of the data
 * @param right the request that tells as much: who may not send it may not ask here; empty where that is of no concern
 */
record Route(String method, String path, boolean open, List<String> right) {
    static final Route CONSOLE = new Route("GET", "/", true);
    static final Route CONSOLE_FILE = new Route("GET", "/console/{" + ConsoleFiles.NAME + "}", true);
    static final Route COMMAND = new Route("POST", "/command");
    static final Route STATUS = new Route("GET", "/status", "RAFT.STATUS");
    static final Route EVENTS = new Route("GET", "/events", "INFO");
    static final Route HEALTH = new Route("GET", "/health", true);
    static final Route HEALTH_LIVE = new Route("GET", "/health/live", true);
    static final Route HEALTH_READY = new Route("GET", "/health/ready", true);
    static final Route METRICS = new Route("GET", "/metrics", "INFO");
    static final Route CONFIG = new Route("GET", "/config", "CONFIG", "GET", "*");
    static final Route SLOWLOG = new Route("GET", "/slowlog", "SLOWLOG", "GET");
    /** Who may be a replica of a Redis reads everything, whatever keys are his. */
    static final Route BACKUP = new Route("GET", "/backup", "PSYNC", "?", "-1");

    static final Route OPENAPI = new Route("GET", "/openapi.json");

    private Route(String method, String path, boolean open) {
        this(method, path, open, List.of());
    }

    private Route(String method, String path, String... right) {
        this(method, path, /* open= */ false, List.of(right));
    }

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
            BACKUP,
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
