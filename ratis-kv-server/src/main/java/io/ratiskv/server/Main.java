package io.ratiskv.server;

import io.ratiskv.raft.RemovedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process {@code ratis-kv-server}: reads its configuration, starts the node and ends it. Confined to the main
 * thread.
 *
 * <p>Exit codes: 0 after SIGTERM, SHUTDOWN or a question that was answered; 1 when the node does not start; 2 when the
 * configuration is wrong; {@value Departure#EXIT_CODE} when the node was removed from its group; {@value FailStop#EXIT_CODE} when the node must not go on.
 */
public final class Main {
    static final int GOOD = 0;
    static final int NOT_STARTED = 1;
    static final int WRONG_CONFIGURATION = 2;

    private final Map<String, String> environment;
    private final PrintStream out;

    Main(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    /** What the process serves with; {@link AutoCloseable#close} ends it in order. */
    @FunctionalInterface
    interface Service {
        AutoCloseable start(ServerConfig config) throws Exception;
    }

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Main main = new Main(System.getenv(), out);
        @Nullable ServerConfig config = null;
        int code = GOOD;
        try {
            config = main.answer(args);
        } catch (ConfigException wrong) {
            err.println("ratis-kv-server: " + wrong.getMessage());
            code = WRONG_CONFIGURATION;
        } catch (IOException failed) {
            err.println("ratis-kv-server: " + failed.getMessage());
            code = NOT_STARTED;
        }
        if (config == null) {
            out.flush();
            System.exit(code);
            return;
        }
        serve(config, started -> Node.start(started, FailStop::now));
    }

    /**
     * Answers what can be answered without a node (help, version, a generated or checked file) on standard output.
     *
     * @return the configuration to serve with; null when the question has been answered
     * @throws ConfigException with all problems of the configuration
     * @throws IOException with a message for the operator, if what was asked for cannot be done
     */
    @Nullable
    ServerConfig answer(String... args) throws ConfigException, IOException {
        Arguments arguments = Arguments.parse(args);
        return switch (arguments.action()) {
            case HELP -> {
                out.print(Arguments.usage());
                yield null;
            }
            case VERSION -> {
                out.println("ratis-kv " + Version.current());
                yield null;
            }
            case GENERATE_CONFIG -> {
                ConfigSources sources = ConfigSources.gather(arguments, environment);
                if (!sources.problems().isEmpty()) throw new ConfigException(sources.problems());
                out.print(ConfigText.toml(sources));
                yield null;
            }
            case CHECK_CONFIG -> {
                ServerConfig config = ServerConfig.load(arguments, environment);
                out.println("The configuration is good: " + text(config));
                yield null;
            }
            case REBUILD -> {
                Path discarded = Node.rebuild(ServerConfig.load(arguments, environment));
                out.println("Start the node: it gets everything from the others. What it held is in " + discarded
                        + ", which may be deleted.");
                yield null;
            }
            case VERIFY_BACKUP -> {
                Path backup = Path.of(Objects.requireNonNull(arguments.backup()));
                out.println(Recovery.verify(backup, ServerConfig.load(arguments, environment)));
                yield null;
            }
            case RESTORE -> {
                ServerConfig config = ServerConfig.load(arguments, environment);
                out.println(Recovery.restore(config, Recovery.Request.of(arguments)));
                yield null;
            }
            case SERVE -> ServerConfig.load(arguments, environment);
        };
    }

    /** Starts the node and never returns: the process ends through its shutdown hook or by a halt. */
    static void serve(ServerConfig config, Service service) throws InterruptedException {
        LogOutput.start(config);
        Logger log = LoggerFactory.getLogger(Main.class);
        log.info("ratis-kv {} on Java {}, {}", Version.current(), Runtime.version(), text(config));
        if (config.fsync() == ServerConfig.FsyncMode.RELAXED) {
            log.warn("fsync relaxed is UNSAFE: acknowledged writes are lost when machines lose power");
        }
        if (config.security().insecureBind()) {
            log.warn("insecure-bind: whoever reaches the ports of this node may use and change it");
        }
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (thrown instanceof VirtualMachineError) FailStop.now("the JVM failed in " + thread.getName(), thrown);
            log.error("an exception ended the thread {}", thread.getName(), thrown);
        });

        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown, "shutdown"));
        try {
            shutdown.endsWith(service.start(config));
            log.info("node {} has started", config.id());
        } catch (Exception failed) {
            log.error("the node does not start: {}", failed.getMessage(), failed);
            int code = failed instanceof RemovedException ? Departure.EXIT_CODE : NOT_STARTED;
            shutdown.exitCode(code);
            System.exit(code);
        }
        new CountDownLatch(1).await();
    }

    private static String text(ServerConfig config) {
        return config.shown().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
