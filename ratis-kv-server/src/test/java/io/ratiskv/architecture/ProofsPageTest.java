package io.ratiskv.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every test that the pages of proofs and guarantees name exists, and every decision names one. */
class ProofsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "proofs.md");
    private static final Path GUARANTEES = Path.of("..", "docs", "guarantees.md");
    private static final int DECISIONS = 17;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");
    private static final Pattern PROOF = Pattern.compile("`([a-z]+)\\.(\\w+)#(\\w+)`");

    @Test
    void every_decision_names_tests_that_exist() throws IOException {
        String page = Files.readString(PAGE);
        List<Integer> decisions = new ArrayList<>();
        Matcher rows = ROW.matcher(page);
        while (rows.find()) {
            decisions.add(Integer.parseInt(rows.group(1)));
            assertTrue(PROOF.matcher(rows.group()).find(), () -> "no test in: " + rows.group());
        }
        assertEquals(IntStream.rangeClosed(1, DECISIONS).boxed().toList(), decisions);
        List<String> missing = new ArrayList<>();
        Matcher proofs = PROOF.matcher(page + Files.readString(GUARANTEES));
        while (proofs.find()) {
            if (!exists(proofs.group(1), proofs.group(2), proofs.group(3))) {
                missing.add(proofs.group());
            }
        }
        assertEquals(List.of(), missing);
    }

    private static boolean exists(String folder, String type, String method) throws IOException {
        for (String module : List.of("state-machine", "ratis-kv-server", "ratis-kv-cli")) {
            Path source = Path.of("..", module, "src", "test", "java", "io", "ratiskv", folder, type + ".java");
            if (Files.exists(source) && Files.readString(source).contains("    void " + method + "(")) {
                return true;
            }
        }
        return false;
    }
}
