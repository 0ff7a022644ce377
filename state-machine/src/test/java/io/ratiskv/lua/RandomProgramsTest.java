package io.ratiskv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever a program is, it ends with results, an error or by what it took, and the same each time.
 *
 * <p>{@code -Dratiskv.fuzz.operations=N} tries as many.
 */
class RandomProgramsTest {
    private static final int PROGRAMS = Integer.getInteger("ratiskv.fuzz.operations", 4_000);
    private static final long SEED = Long.getLong("ratiskv.fuzz.seed", 1);
    private static final long STEPS_MAX = 100_000;
    private static final long BYTES_MAX = 1 << 20;

    private final Snippets one = new Snippets();
    private final Snippets other = new Snippets();

    private String check(String source, String where) {
        String results;
        try {
            results = one.results(source, STEPS_MAX, BYTES_MAX);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(where + "\n" + source, e);
        }
        assertEquals(results, other.results(source, STEPS_MAX, BYTES_MAX), () -> where + "\n" + source);
        return results;
    }

    @Test
    void programs_end_the_same_each_time() {
        int ran = 0;
        for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
            String results = check(ProgramGenerator.program(seed), "-Dratiskv.fuzz.seed=" + seed);
            assertTrue(!results.startsWith("COMPILE"), results + "\n" + ProgramGenerator.program(seed));
            if (results.startsWith("true")) {
                ran++;
            }
        }
        assertTrue(ran > PROGRAMS / 20, "only " + ran + " programs ran to their end");
    }

    @Test
    void disturbed_sources_end_the_same_each_time() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String line : LanguageTest.lines()) {
            if (line.startsWith("> ")) {
                sources.add(LanguageTest.unescaped(line.substring(2)));
            }
        }
        for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String source = ProgramGenerator.disturbed(sources.get(random.nextInt(sources.size())), random);
            check(source, "-Dratiskv.fuzz.seed=" + seed);
        }
    }
}
