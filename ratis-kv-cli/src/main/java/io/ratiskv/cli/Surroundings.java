package io.ratiskv.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What the process was started with beside its arguments. Confined to the main thread.
 *
 * @param inputIsTerminal somebody types: a prompt makes sense
 * @param errorIsTerminal somebody watches: a progress bar makes sense
 */
record Surroundings(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inputIsTerminal,
        boolean errorIsTerminal) {}
