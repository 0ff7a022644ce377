package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every request before anything else does, and turns away who may not enter: a foreign Host or Origin, too
 * many requests, no password. Hands {@code POST /command} and {@code GET /events} to their endpoints and everything else
 * to Javalin. Any thread; blocks none.
 */
final class Doorman extends Handler.Wrapper {
    static final String RAFT_INDEX = "X-Raft-Index";

    private final HostCheck hosts;
    private final RateLimit rate;
    private final Credentials credentials;
    private final LongSupplier appliedIndex;
    private final CommandEndpoint commands;
    private final EventsEndpoint events;

    Doorman(RestSettings settings, LongSupplier appliedIndex, CommandEndpoint commands, EventsEndpoint events) {
        this.hosts = new HostCheck(settings.allowedHosts(), settings.allowedOrigins());
        this.rate = new RateLimit(settings.requestsPerSecondMax());
        this.credentials = new Credentials(settings.guard());
        this.appliedIndex = appliedIndex;
        this.commands = commands;
        this.events = events;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(RAFT_INDEX, appliedIndex.getAsLong());
        String path = Request.getPathInContext(request);
        Route route = Route.at(path);
        if (route == null || !route.open()) {
            try {
                checkSource(request);
                Bytes user = user(request);
                checkRight(user, route);
                if (Route.COMMAND.equals(route)) {
                    commands.handle(request, response, callback, user);
                    return true;
                }
                if (Route.EVENTS.equals(route)) {
                    events.handle(request, response, callback, () -> refusal(user, Route.EVENTS) == null);
                    return true;
                }
            } catch (RefusedException refused) {
                Refusing.begin(request, response, callback, refused);
                return true;
            }
        }
        request.getComponents().getExecutor().execute(() -> handleElsewhere(request, response, callback));
        return true;
    }

    /** Javalin may block, so it has a thread of its own. */
    private void handleElsewhere(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) Response.writeError(request, response, callback, 404);
        } catch (Exception failure) {
            Response.writeError(request, response, callback, failure);
        }
    }

    /**
     * The thread that finds a request goes on with it, where Jetty would wake another for each: one that is woken costs
     * more than a short command.
     */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void checkSource(Request request) throws RefusedException {
        String host = Request.getServerName(request);
        if (host == null || !hosts.allowsHost(host, Request.getLocalAddr(request))) {
            throw new RefusedException(
                    403,
                    "NOPERM this node is not known as " + host
                            + ": ask under one of its addresses, or name the host in http-allowed-hosts");
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (!hosts.allowsOrigin(origin, request.getHeaders().get(HttpHeader.HOST))) {
            throw new RefusedException(
                    403, "NOPERM pages of " + origin + " may not ask this node: name them in http-allowed-origins");
        }
        if (!rate.admits(Request.getRemoteAddr(request), System.nanoTime())) {
            throw new RefusedException(429, "OVERLOADED more requests than http-rate-limit allows; nothing was done");
        }
    }

    private Bytes user(Request request) throws RefusedException {
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        Bytes user = credentials.user(authorization);
        if (user == null) {
            throw new RefusedException(
                    401,
                    authorization == null
                            ? "NOAUTH Authentication required: send the password as HTTP Basic or Bearer"
                            : "WRONGPASS invalid username-password pair or user is disabled.");
        }
        return user;
    }

    private void checkRight(Bytes user, @Nullable Route route) throws RefusedException {
        String refusal = route == null ? null : refusal(user, route);
        if (refusal != null) throw new RefusedException(403, refusal);
    }

    private @Nullable String refusal(Bytes user, Route route) {
        return route.right().isEmpty()
                ? null
                : credentials.guard().refusal(user, route.right().toArray(String[]::new));
    }
}
