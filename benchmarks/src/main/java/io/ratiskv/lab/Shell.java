package io.ratiskv.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the operating system. Stateless; any thread. */
final class Shell {
    private Shell() {}

    /** @throws IOException with what the command said, unless it ends well within half a minute */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    static void runIfPossible(String... command) throws InterruptedException {
        try {
            run(command);
        } catch (IOException notThere) {
            // What is taken down may never have been set up.
        }
    }
}
