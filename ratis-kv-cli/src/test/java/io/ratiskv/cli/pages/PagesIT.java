package io.ratiskv.cli.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of every page are run as written, with the programs as they were built, on the ports that the page names.
 * Needs Linux, and root or user namespaces; programs in Python and JavaScript need these and their clients. Two pages are
 * read at a time, each in a world of its own: mostly they wait.
 */
@Execution(ExecutionMode.CONCURRENT)
final class PagesIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final List<String> CLIENTS_OF_NODE = List.of("bullmq@6.7.0", "ioredis@6.0.0", "redis@6.3.1");

    private static final Map<String, List<String>> INTERPRETERS = new HashMap<>();
    private static final Map<String, String> MISSING = new TreeMap<>();
    private static @Nullable String impossible;

    @BeforeAll
    static void look_around() throws Exception {
        impossible = Reading.impossible();
        if (impossible != null) System.out.println("the examples of the pages were not run: " + impossible);
        INTERPRETERS.put(
                "java",
                List.of(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path")));
        INTERPRETERS.put("js", List.of("node"));
        String node =
                attempt("npm install --prefix " + TARGET + " --no-save --no-package-lock --ignore-scripts --no-audit "
                        + "--no-fund " + String.join(" ", CLIENTS_OF_NODE));
        if (node != null) MISSING.put("js", node);
        for (String python : List.of("python3", "/usr/bin/python3")) {
            INTERPRETERS.put("python", List.of(python));
            String lacking = attempt(python + " -c 'import redis'");
            if (lacking == null) {
                MISSING.remove("python");
                break;
            }
            MISSING.put("python", lacking);
        }
    }

    /** Null when the command succeeds, else the last that it says. */
    private static @Nullable String attempt(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(2, TimeUnit.MINUTES)) process.destroyForcibly();
        else if (process.exitValue() == 0) return null;
        return said.strip().lines().reduce("", (before, line) -> line);
    }

    static Stream<String> pages() {
        return Page.files().stream()
                .map(Page::read)
                .filter(page -> !Example.of(page).isEmpty())
                .map(Page::name)
                .filter(name -> name.contains(System.getProperty("ratiskv.page", "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void every_example_of_a_page_works_as_written(String name) throws Exception {
        assumeTrue(impossible == null, impossible);
        List<Example> all = Example.of(Page.read(Page.ROOT.resolve(name)));
        for (Example example : all) {
            String missing = MISSING.get(example.language());
            if (missing != null) System.out.printf("%s:%d was not run: %s%n", name, example.line(), missing);
        }
        List<Example> examples = all.stream()
                .filter(example -> !MISSING.containsKey(example.language()))
                .toList();
        assertEquals("", new Reading(folder(name), INTERPRETERS).run(name, examples));
        System.out.printf("%s: %d examples were run as written%n", name, examples.size());
    }

    @Test
    void what_the_script_of_a_cluster_tells_to_try_works() throws Exception {
        assumeTrue(impossible == null, impossible);
        Example up = new Example(1, Example.SHELL, """
                deploy/local-cluster.sh up --background | tee printed
                sed -n '/^to try:/,$p' printed | sed 1d >to-try
                [ $(wc -l <to-try) -ge 5 ]
                """, null, null);
        Example tries = new Example(4, Example.SHELL, ". ./to-try\n", null, null);
        assertEquals("", new Reading(folder("local-cluster.sh"), INTERPRETERS).run("printed", List.of(up, tries)));
    }

    @Test
    void an_example_that_fails_or_shows_something_else_is_told() throws Exception {
        assumeTrue(impossible == null, impossible);
        Page page = new Page("sample", """
                ```console
                $ echo one two
                one ...
                $ echo three
                four
                ```
                ```js
                throw 1
                ```
                ```sh
                echo '(error) ERR no'
                false
                echo never
                ```
                """.lines().toList());
        Map<String, List<String>> shells = Map.of("js", List.of("cat"));
        String wrong = new Reading(folder("sample"), shells).run("sample", Example.of(page));
        assertTrue(wrong.startsWith("\nsample:4: the page shows:\nfour\n"), wrong);
        assertTrue(wrong.contains("\nsample:10: failed\n"), wrong);
        assertTrue(wrong.contains("exit code 1 of: false"), wrong);
        assertEquals(2, wrong.lines().filter(line -> line.equals("--- example")).count(), wrong);
    }

    private static Path folder(String name) throws IOException {
        Path folder = TARGET.resolve("pages").resolve(name.replace('/', '-'));
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
        return Files.createDirectories(folder);
    }
}
