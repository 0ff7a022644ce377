package io.ratiskv.cli;

import io.ratiskv.net.TestPorts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Calls of raft-cli in this process. Confined to the test's thread. */
final class Calls {
    private Calls() {}

    /** What a call printed and ended with. */
    record Ended(int code, byte[] bytes, String err) {
        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return code + "\n" + out() + "\n" + err;
        }
    }

    static Ended call(String... args) {
        return call(Map.of(), "", args);
    }

    static Ended call(Map<String, String> environment, String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                environment,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                /* inputIsTerminal= */ false,
                /* errorIsTerminal= */ false);
        int code = Main.run(surroundings, args);
        return new Ended(code, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /** An address where nobody listens. */
    static String nobody() {
        return "http://127.0.0.1:" + TestPorts.free();
    }
}
