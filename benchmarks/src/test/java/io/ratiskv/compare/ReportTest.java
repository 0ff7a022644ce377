package io.ratiskv.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.compare.Contestant.Protocol;
import io.ratiskv.compare.Work.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Work SET = new Work(Kind.SET, 50, 1, 16, 1_000_000, false);
    private static final Work PACED = new Work(Kind.SET, 50, 1, 16, 1_000_000, true);

    @TempDir
    Path directory;

    private static Comparison comparison() {
        Comparison comparison = new Comparison();
        for (double rate : new double[] {30_000, 10_000, 20_000}) add(comparison, SET, "ratis-kv", rate);
        for (double rate : new double[] {50_000, 40_000}) add(comparison, SET, "redis, fsync always", rate);
        add(comparison, SET, "etcd", 9_876);
        add(comparison, PACED, "ratis-kv", 10_000);
        comparison.addAll(
                List.of(new Footprint("string", 1, 63.1, 104), new Footprint("hash", 10_000, 1_000_000, 1_076_720)));
        comparison.add(new Resident("etcd", 3, 50 << 20, 70 << 20));
        return comparison;
    }

    private static void add(Comparison comparison, Work work, String store, double rate) {
        comparison.add(
                work,
                new Contestant(store, Protocol.RESP, "127.0.0.1", 1, List.of(), 1),
                Figures.of(rate, 1.234, 56.7));
    }

    @Test
    void medians_and_their_ratio() {
        assertEquals("""
                On this machine.

                | requests/s | ratis-kv | redis, fsync always | etcd | ratis-kv / redis, fsync always |
                |---|--:|--:|--:|--:|
                | SET P1 | 20 k | 45 k | 9,876 | 0.44 |

                | at half of the highest rate | requests/s | p50 | p99 | p99.9 | p99.99, ms |
                |---|--:|--:|--:|--:|--:|
                | SET, ratis-kv | 10 k | 1.23 | 57 |  |  |

                | bytes of a key | ratis-kv, live heap | redis, MEMORY USAGE | ratio |
                |---|--:|--:|--:|
                | string | 63 | 104 | 0.61 |
                | hash of 10000 | 1,000,000 | 1,076,720 | 0.93 |

                | memory after all loads | processes | resident, MiB in one | highest |
                |---|--:|--:|--:|
                | etcd | 3 | 50 | 70 |
                """, Report.table(comparison(), "On this machine."));
    }

    @Test
    void a_line_for_each_load() {
        List<String> lines = Report.csv(comparison()).lines().toList();
        assertEquals(8, lines.size());
        assertEquals("\"redis, fsync always\",SET,50,1,16,false,50000.000,1.234,56.700,,,,,", lines.get(4));
    }

    @Test
    void the_table_goes_between_the_marks_and_nothing_else_changes() throws IOException {
        Path file = directory.resolve("README.md");
        Files.writeString(file, "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n");
        Report.insert(comparison(), "On this machine.", file);
        String text = Files.readString(file);
        assertTrue(text.startsWith("before\n" + Report.BEGIN + "\nOn this machine.\n"), text);
        assertTrue(text.endsWith("|\n" + Report.END + "\nafter\n"), text);
        Files.writeString(file, "no marks");
        assertThrows(IOException.class, () -> Report.insert(comparison(), "", file));
    }

    @Test
    void the_page_is_complete() throws IOException {
        Report.write(comparison(), "On this machine.", directory.resolve("out"));
        String page = Files.readString(directory.resolve("out/report.html"));
        assertTrue(page.endsWith("</html>\n"), page);
        assertTrue(page.contains("<td>etcd</td><td>9,876</td>"), page);
    }
}
