package io.ratiskv.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs that run to their end. Stateless; any thread. */
final class Commands {
    private Commands() {}

    /**
     * What it wrote to its standard output.
     *
     * @throws IOException with all that it said, unless it ends well
     */
    static String output(List<String> command) throws IOException, InterruptedException {
        return output(command, ProcessBuilder.Redirect.from(new File("/dev/null")));
    }

    /** The same, with an input. */
    static String output(List<String> command, ProcessBuilder.Redirect input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(input)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) throw new IOException(String.join(" ", command) + " ended with " + code + ": " + said.strip());
        return said;
    }
}
