package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The process as its supervisor sees it: real JVMs, their exit codes and what they print. */
final class ProcessTest {
    private static final String CANARY = "hunter2canary";

    /** Started in a JVM of its own by the tests, with the name of a service and the options of the server. */
    static final class Launch {
        public static void main(String[] args) throws Exception {
            List<String> options = Arrays.asList(args).subList(1, args.length);
            ServerConfig config = ServerConfig.load(options, System.getenv());
            Main.serve(
                    config,
                    switch (args[0]) {
                        case "good" ->
                            started -> {
                                return () -> System.out.println("closing");
                            };
                        case "refusing" ->
                            started -> {
                                throw new IOException("the port is taken");
                            };
                        case "failing" ->
                            started -> {
                                FailStop.now("the disk is gone", new IOException("no space"));
                                return () -> {};
                            };
                        case "hard-to-close" ->
                            started -> {
                                return () -> {
                                    throw new IOException("the log does not close");
                                };
                            };
                        default -> throw new IllegalArgumentException(args[0]);
                    });
        }
    }

    @Test
    void sigterm_closes_the_node_and_ends_the_process_with_0() throws Exception {
        Ended ended = run(Launch.class, true, "good");
        assertEquals(0, ended.code(), ended.text());
        assertTrue(ended.text().contains("closing"), ended.text());
    }

    @Test
    void a_node_that_does_not_start_ends_the_process_with_1() throws Exception {
        Ended ended = run(Launch.class, false, "refusing");
        assertEquals(1, ended.code(), ended.text());
        assertTrue(ended.text().contains("the node does not start: the port is taken"), ended.text());
    }

    @Test
    void a_fail_stop_ends_the_process_with_70_at_once() throws Exception {
        Ended ended = run(Launch.class, false, "failing");
        assertEquals(70, ended.code(), ended.text());
        assertTrue(ended.text().contains("fail-stop: the disk is gone"), ended.text());
    }

    @Test
    void a_node_that_does_not_close_in_order_says_so_in_its_exit_code() throws Exception {
        assertEquals(70, run(Launch.class, true, "hard-to-close").code());
    }

    @Test
    void a_wrong_configuration_ends_the_process_with_2_and_all_problems_on_one_page() throws Exception {
        Ended ended = run(Main.class, false, "--fsync=never", "--resp=0.0.0.0:6379", "--requirepas", CANARY);
        assertEquals(2, ended.code(), ended.text());
        assertTrue(ended.text().startsWith("ratis-kv-server: 3 problems in the configuration:"), ended.text());
        assertFalse(ended.text().contains(CANARY), ended.text());
        assertEquals(0, run(Main.class, false, "--check-config").code());
        assertEquals(
                2, run(Main.class, false, "--check-config", "no-such-file.toml").code());
    }

    @Test
    void log_lines_are_json_where_asked_for_and_never_hold_the_password() throws Exception {
        Ended ended = run(
                Launch.class,
                true,
                "good",
                "--id=n9",
                "--log-format=json",
                "--requirepass=" + CANARY,
                "--fsync=relaxed");
        assertFalse(ended.text().contains(CANARY), ended.text());
        List<String> events =
                ended.text().lines().filter(line -> line.startsWith("{")).toList();
        assertTrue(events.size() >= 2, ended.text());
        for (String event : events) assertTrue(event.contains("\"node\":\"n9\""), event);
        assertTrue(ended.text().contains("fsync relaxed is UNSAFE"), ended.text());
    }

    private record Ended(int code, String text) {}

    private static Ended run(Class<?> main, boolean terminate, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            StringBuilder text = new StringBuilder();
            try (BufferedReader reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    text.append(line).append('\n');
                    // The handle, because destroying the Process closes its output, which is still to be read.
                    if (terminate && line.contains("has started"))
                        process.toHandle().destroy();
                }
            }
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            return new Ended(process.exitValue(), text.toString());
        } finally {
            process.destroyForcibly();
        }
    }
}
