package io.ratiskv.rest;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
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
 * HTTP on one port: {@code /status}, {@code /health}, {@code /health/ready}, {@code /metrics}. Any thread.
 *
 * <p>Few threads and connections: this port is for operators and their tools. {@code /health} and {@code /health/ready}
 * need no password, because load balancers have none and learn nothing else.
 */
public final class RestServer implements AutoCloseable {
    private static final int THREADS_MAX = 8;
    private static final int CONNECTIONS_MAX = 256;
    private static final int IDLE_MILLIS = 30_000;

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin javalin;

    private RestServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Binds and serves.
     *
     * @param metrics the meters in Prometheus' text format
     * @throws IOException when the address can not be bound, or TLS can not be set up
     */
    public static RestServer start(RestSettings settings, NodeStatus node, Supplier<String> metrics)
            throws IOException {
        SslContextFactory.@Nullable Server ssl = settings.tls() == null ? null : ssl(settings.tls());
        Javalin javalin = Javalin.create(config -> {
            configure(config);
            config.jetty.addConnector((server, http) -> connector(server, http, settings, ssl));
            routes(config, settings, node, metrics);
        });
        try {
            javalin.start();
        } catch (RuntimeException notBound) {
            throw new IOException(
                    "HTTP can not listen on " + settings.host() + ":" + settings.port() + ": " + rootMessage(notBound),
                    notBound);
        }
        return new RestServer(javalin);
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }

    private static void routes(JavalinConfig config, RestSettings settings, NodeStatus node, Supplier<String> metrics) {
        config.routes.get("/health", context -> context.contentType(TEXT).result("OK"));
        config.routes.get("/health/ready", context -> {
            @Nullable String reason = Reports.unready(node);
            context.status(reason == null ? 200 : 503).contentType(JSON).result(Reports.ready(reason == null, reason));
        });
        config.routes.get(
                "/status",
                guarded(settings, context -> context.contentType(JSON).result(Reports.status(node))));
        config.routes.get(
                "/metrics",
                guarded(
                        settings,
                        context -> context.contentType(PROMETHEUS_TEXT).result(metrics.get())));
        config.routes.error(404, context -> context.contentType(JSON).result(Reports.error("no such resource")));
        config.routes.error(405, context -> context.contentType(JSON).result(Reports.error("no such method here")));
    }

    private static Handler guarded(RestSettings settings, Handler handler) {
        var password = settings.password();
        if (password == null) return handler;
        Credentials credentials = new Credentials(password);
        return context -> {
            if (credentials.accept(context.header("Authorization"))) handler.handle(context);
            else unauthorized(context);
        };
    }

    private static void unauthorized(Context context) {
        context.status(401)
                .header("WWW-Authenticate", "Basic realm=\"ratis-kv\", charset=\"UTF-8\"")
                .contentType(JSON)
                .result(Reports.error("the password is needed, as HTTP Basic or Bearer"));
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
        connector.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, connector));
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

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) root = cause;
        return String.valueOf(root.getMessage());
    }
}
