package io.ratiskv.rest;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.ratiskv.metrics.NodeFigures;
import io.ratiskv.session.SlowRequest;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on one port: the resources of {@link Route}. Any thread.
 *
 * <p>Few threads: commands need none while they wait, and what operators and their tools ask for is short. {@code
 * /health} and what is below it need no password, because load balancers have none and learn nothing else.
 */
public final class RestServer implements AutoCloseable {
    private static final int THREADS_MAX = 8;
    private static final int IDLE_MILLIS = 30_000;
    private static final int SLOW_DEFAULT = 128;
    private static final int SLOW_MAX = 1_000;

    private static final String JSON = Refusing.JSON;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin javalin;
    private final CommandEndpoint commands;
    private final EventsEndpoint events;

    private RestServer(Javalin javalin, CommandEndpoint commands, EventsEndpoint events) {
        this.javalin = javalin;
        this.commands = commands;
        this.events = events;
    }

    /**
     * Binds and serves.
     *
     * @param metrics the meters in Prometheus' text format
     * @param figures what {@code /events} tells, asked at each event
     * @param slowest so many of the newest requests that took long
     * @param backups what {@code /backup} gives
     * @throws IOException when the address can not be bound, or TLS can not be set up
     */
    public static RestServer start(
            RestSettings settings,
            NodeStatus node,
            Commands commands,
            Supplier<String> metrics,
            Supplier<NodeFigures> figures,
            IntFunction<List<SlowRequest>> slowest,
            BackupEndpoint.Source backups)
            throws IOException {
        CommandEndpoint endpoint = new CommandEndpoint(commands, node::appliedIndex, settings);
        EventsEndpoint events =
                new EventsEndpoint(() -> Reports.event(node, figures.get(), System.currentTimeMillis()));
        SslContextFactory.@Nullable Server ssl = settings.tls() == null ? null : ssl(settings.tls());
        Javalin javalin = Javalin.create(config -> {
            configure(config);
            config.jetty.modifyServer(server -> {
                // Else Jetty, not knowing what handlers may come, takes all for blocking.
                server.setDynamic(false);
                server.setErrorHandler(new JsonErrors(node::appliedIndex));
                server.insertHandler(new Doorman(settings, node::appliedIndex, endpoint, events));
            });
            config.jetty.addConnector((server, http) -> connector(server, http, settings, ssl));
            routes(config, node, metrics, slowest, new BackupEndpoint(backups));
        });
        try {
            javalin.start();
        } catch (RuntimeException notBound) {
            throw new IOException(
                    "HTTP can not listen on " + settings.host() + ":" + settings.port() + ": " + rootMessage(notBound),
                    notBound);
        }
        return new RestServer(javalin, endpoint, events);
    }

    public int port() {
        return javalin.port();
    }

    /** Ends all streams and refuses commands from now on; completes when those before are answered. */
    public CompletableFuture<Void> drain() {
        events.close();
        return commands.drain();
    }

    @Override
    public void close() {
        javalin.stop();
    }

    private static void routes(
            JavalinConfig config,
            NodeStatus node,
            Supplier<String> metrics,
            IntFunction<List<SlowRequest>> slowest,
            BackupEndpoint backups) {
        byte[] openapi = openapi();
        serve(config, Route.CONSOLE, context -> ConsoleFiles.serve(context, ConsoleFiles.INDEX));
        serve(config, Route.CONSOLE_FILE, context -> ConsoleFiles.serve(context, context.pathParam(ConsoleFiles.NAME)));
        serve(config, Route.HEALTH, context -> context.contentType(TEXT).result("OK"));
        serve(config, Route.HEALTH_LIVE, context -> context.contentType(JSON).result(Reports.live()));
        serve(config, Route.HEALTH_READY, context -> {
            @Nullable String reason = Reports.unready(node);
            if (reason != null) context.status(503).header("Retry-After", "1");
            context.contentType(JSON).result(Reports.ready(reason == null, reason));
        });
        serve(config, Route.STATUS, context -> context.contentType(JSON).result(Reports.status(node)));
        serve(config, Route.CONFIG, context -> context.contentType(JSON).result(Reports.config(node)));
        serve(
                config,
                Route.METRICS,
                context -> context.contentType(PROMETHEUS_TEXT).result(metrics.get()));
        serve(config, Route.SLOWLOG, context -> {
            @Nullable Integer count = count(context.queryParam("count"));
            if (count == null) error(context.status(400), "ERR count must be a number from 1 to " + SLOW_MAX);
            else context.contentType(JSON).result(Reports.slow(slowest.apply(count)));
        });
        config.routes.get(Route.BACKUP.path(), backups::serve);
        config.routes.exception(
                RefusedException.class, (refused, context) -> error(context.status(refused.status()), refused.error()));
        serve(config, Route.OPENAPI, context -> context.contentType(JSON).result(openapi));
        config.routes.error(404, context -> error(context, "ERR there is no such resource; /openapi.json lists all"));
        config.routes.error(405, context -> error(context, "ERR this resource takes other methods: see Allow"));
        config.routes.error(500, context -> error(context, "ERR this node failed to answer; its log says why"));
    }

    private static void serve(JavalinConfig config, Route route, Handler handler) {
        config.routes.get(route.path(), handler);
        // Without it Javalin answers HEAD with 200, whatever GET would say.
        config.routes.head(route.path(), handler);
    }

    /** Null when it is no number in range. */
    private static @Nullable Integer count(@Nullable String text) {
        if (text == null) return SLOW_DEFAULT;
        try {
            int count = Integer.parseInt(text);
            return count >= 1 && count <= SLOW_MAX ? count : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static void error(Context context, String error) {
        context.contentType(JSON)
                .result(CommandAnswer.error(context.statusCode(), error).body());
    }

    private static byte[] openapi() {
        try (InputStream in = RestServer.class.getResourceAsStream("openapi.json")) {
            if (in == null) throw new IllegalStateException("the resource openapi.json is not in the jar");
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = 0;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 1);
        threads.setName("http");
        threads.setDaemon(true);
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> server.setStopTimeout(0));
    }

    private static Connector connector(
            Server server, HttpConfiguration http, RestSettings settings, SslContextFactory.@Nullable Server ssl) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        ServerConnector connector;
        if (ssl == null) {
            connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        } else {
            // The client verified the name it asked for; a node is also asked by its address.
            SecureRequestCustomizer secure = new SecureRequestCustomizer();
            secure.setSniHostCheck(false);
            http.addCustomizer(secure);
            HttpConnectionFactory inside = new HttpConnectionFactory(http);
            connector = new ServerConnector(server, 1, 1, new SslConnectionFactory(ssl, inside.getProtocol()), inside);
        }
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(new NetworkConnectionLimit(settings.connectionsMax(), connector));
        return connector;
    }

    private static SslContextFactory.Server ssl(Tls tls) throws IOException {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        try {
            ssl.setSslContext(tls.context());
        } catch (GeneralSecurityException unusable) {
            throw new IOException("HTTP can not use the TLS material: " + unusable.getMessage(), unusable);
        }
        ssl.setIncludeProtocols(Tls.protocols().toArray(String[]::new));
        ssl.setIncludeCipherSuites(Tls.cipherSuites().toArray(String[]::new));
        ssl.setWantClientAuth(tls.clientAuth() == TlsFiles.ClientAuth.OPTIONAL);
        ssl.setNeedClientAuth(tls.clientAuth() == TlsFiles.ClientAuth.YES);
        return ssl;
    }

    static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) root = cause;
        return String.valueOf(root.getMessage());
    }
}
