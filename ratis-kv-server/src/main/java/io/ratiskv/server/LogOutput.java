package io.ratiskv.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import io.ratiskv.server.ServerConfig.LogFormat;
import io.ratiskv.server.ServerConfig.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go: standard output, one event per line, as text or JSON, each with the node's id; JSON also with
 * where the node stands in the log. Any thread.
 *
 * <p>Logback finds this class through its service file, so a process that never calls {@link #start} (a test, a
 * benchmark) logs warnings as text and no XML is read.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogOutput extends ContextAwareBase implements Configurator {
    /** What users put into keys and names must not forge a line of its own. */
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%property{node}] [%thread]"
            + " %logger{0}: %replace(%msg){'[\\r\\n]+', ' | '}%n%ex";

    private static final String JSON_LINES = JsonLines.class.getName();
    private static final String RATIS = "org.apache.ratis";
    private static final String RATIS_DIVISION = "org.apache.ratis.server.RaftServer$Division";

    /** How Ratis begins the one line of its INFO output that an operator wants. */
    private static final String LEADER_CHANGE = "{}: change Leader";

    /** Sends the log lines of this process where and how {@code config} says, from now on. */
    public static void start(ServerConfig config) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            throw new IllegalStateException("another logging library is on the class path before logback");
        }
        configure(
                context,
                config.id(),
                config.diagnostics().logFormat(),
                config.diagnostics().logLevel());
        // gRPC and the JDK log through java.util.logging, by default to standard error.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** The log of this process is open: what is logged from now on says where the node stands in it. */
    static void locate(JsonLines.Position position) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getObject(JSON_LINES) instanceof JsonLines json) {
            json.position(position);
        }
    }

    /** The output of a process that has read no configuration; called by logback. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        configure(context, "-", LogFormat.TEXT, LogLevel.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void configure(LoggerContext context, String node, LogFormat format, LogLevel level) {
        context.reset();
        context.putProperty("node", node);

        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder(context, node, format));
        boolean verbose = level == LogLevel.DEBUG || level == LogLevel.TRACE;
        if (!verbose) {
            Filter<ILoggingEvent> leaderChanges = new LeaderChangesOnly();
            leaderChanges.start();
            console.addFilter(leaderChanges);
        }
        console.start();

        Level own = Level.toLevel(level.name());
        Level others = own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN;
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(others);
        root.addAppender(console);
        context.getLogger("io.ratiskv").setLevel(own);
        context.getLogger(RATIS).setLevel(verbose ? Level.INFO : others);
        context.getLogger(RATIS_DIVISION).setLevel(own.isGreaterOrEqual(Level.WARN) ? own : Level.INFO);
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String node, LogFormat format) {
        return switch (format) {
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setContext(context);
                text.setPattern(PATTERN);
                text.start();
                yield text;
            }
            case JSON -> {
                JsonLines json = new JsonLines(node);
                json.setContext(context);
                json.start();
                context.putObject(JSON_LINES, json);
                yield json;
            }
        };
    }

    /** Passes of Ratis' division log, at INFO, the changes of leader alone. */
    private static final class LeaderChangesOnly extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean chatter = event.getLoggerName().equals(RATIS_DIVISION)
                    && !event.getLevel().isGreaterOrEqual(Level.WARN)
                    && !event.getMessage().startsWith(LEADER_CHANGE);
            return chatter ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }
}
