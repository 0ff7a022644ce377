package io.ratiskv.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.wire.RefusedException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BenchmarkTest {
    private static final String VALUE = "$3\r\nabc\r\n";

    @Test
    void every_operation_is_sent_and_counted_once() throws Exception {
        try (ScriptedRedis node = new ScriptedRedis(BenchmarkTest::good)) {
            AtomicLong progress = new AtomicLong();
            Measured measured =
                    new Benchmark(load(1_000, 7, 5, 1, 3, 0), List.of(node.target(null)), 1).run(progress::set);
            assertEquals(1_000, measured.count(Outcome.OK), measured.toString());
            assertEquals(1_000, progress.get());
            long sets = measured.setNanos().getTotalCount();
            assertEquals(1_000 - sets, measured.getNanos().getTotalCount());
            assertEquals(
                    sets,
                    node.requests().stream()
                            .filter(words -> words.getFirst().equals("SET"))
                            .count());
            assertEquals(1_000, node.requests().size());
            assertTrue(sets > 150 && sets < 350, () -> "a quarter of 1000, not " + sets);
            assertEquals(
                    1_000,
                    measured.perSecond().stream().mapToLong(Long::longValue).sum());
        }
    }

    @Test
    void a_set_without_an_answer_is_unknown_and_not_sent_again_and_a_get_is() throws Exception {
        AtomicInteger left = new AtomicInteger(40);
        try (ScriptedRedis dying = new ScriptedRedis(words -> left.getAndDecrement() > 0 ? good(words) : null);
                ScriptedRedis living = new ScriptedRedis(BenchmarkTest::good)) {
            Measured measured = new Benchmark(
                            load(2_000, 2, 4, 1, 1, 0), List.of(dying.target(null), living.target(null)), 3)
                    .run(ended -> {});
            long unknown = measured.count(Outcome.UNKNOWN);
            assertTrue(unknown + measured.repeats() > 0, measured.toString());
            assertEquals(2_000, measured.count(Outcome.OK) + unknown, measured.toString());
            long sets = measured.setNanos().getTotalCount();
            assertEquals(
                    sets,
                    answered(dying.requests(), 40) + answered(living.requests(), Integer.MAX_VALUE),
                    "SETs answered");
        }
    }

    private static long answered(List<List<String>> requests, int answers) {
        return requests.stream()
                .limit(answers)
                .filter(words -> words.getFirst().equals("SET"))
                .count();
    }

    @Test
    void what_did_not_happen_is_sent_again() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        try (ScriptedRedis node = new ScriptedRedis(
                words -> refusals.getAndDecrement() > 0 ? "-CLUSTERDOWN no leader\r\n" : good(words))) {
            Measured measured = new Benchmark(load(20, 1, 1, 1, 0, 0), List.of(node.target(null)), 1).run(ended -> {});
            assertEquals(20, measured.count(Outcome.OK), measured.toString());
            assertEquals(3, measured.repeats());
            assertEquals(23, node.requests().size());
        }
    }

    @Test
    void who_is_silent_for_too_long_is_left() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Load load = new Load(0, 2, 2, 1, 1, 0, 10, 3, 0, 300);
        try (ScriptedRedis node = new ScriptedRedis(words -> silence(over))) {
            Measured measured = new Benchmark(load, List.of(node.target(null)), 1).run(ended -> {});
            assertEquals(2, measured.count(Outcome.UNKNOWN), measured.toString());
            assertEquals(Map.of("connection: no answer within 300 ms", 2L), measured.errors());
        } finally {
            over.countDown();
        }
    }

    @Test
    @Timeout(60)
    void who_is_silent_when_a_client_logs_in_takes_no_operation() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger requests = new AtomicInteger();
        Load load = new Load(0, 2, 2, 1, 1, 0, 10, 3, 0, 300);
        try (ScriptedRedis node =
                new ScriptedRedis(words -> requests.getAndIncrement() == 0 ? good(words) : silence(over))) {
            Measured measured = new Benchmark(load, List.of(node.target("secret")), 1).run(ended -> {});
            assertEquals(2, measured.count(Outcome.UNAVAILABLE), measured.toString());
            assertEquals(Map.of("no answer within 300 ms", 2L), measured.errors());
        } finally {
            over.countDown();
        }
    }

    private static @Nullable String silence(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
        return null;
    }

    @Test
    void errors_are_counted_by_what_they_mean() throws Exception {
        for (String error : List.of("ERR no", "UNKNOWN may have happened")) {
            try (ScriptedRedis node = new ScriptedRedis(words -> "-" + error + "\r\n")) {
                Measured measured =
                        new Benchmark(load(10, 2, 1, 1, 0, 0), List.of(node.target(null)), 1).run(ended -> {});
                Outcome expected = error.startsWith("ERR") ? Outcome.REFUSED : Outcome.UNKNOWN;
                assertEquals(10, measured.count(expected), measured.toString());
                assertEquals(10L, measured.errors().get(error), measured.toString());
            }
        }
    }

    @Test
    void no_target_or_a_wrong_password_is_told_before_anything_is_sent() throws Exception {
        Benchmark benchmark;
        try (ScriptedRedis node = new ScriptedRedis(words -> "-WRONGPASS no\r\n")) {
            benchmark = new Benchmark(load(10, 2, 1, 1, 0, 0), List.of(node.target("secret")), 1);
            assertEquals(
                    "WRONGPASS no",
                    assertThrows(RefusedException.class, () -> benchmark.run(ended -> {}))
                            .getMessage());
            assertEquals(List.of(List.of("AUTH", "secret")), node.requests());
        }
        assertThrows(IOException.class, () -> benchmark.run(ended -> {}));
    }

    @Test
    void a_paced_operation_begins_at_its_time_however_late_it_is_taken() {
        long start = 1_000;
        Schedule schedule = new Schedule(load(3, 1, 1, 1, 0, 1_000));
        schedule.start(start);
        assertEquals(0, schedule.take());
        assertEquals(start + 1_000_000, schedule.beginNanos(1));
        assertEquals(Schedule.NONE, schedule.takeDue(start + 999_999));
        assertEquals(1, schedule.takeDue(start + 5_000_000));
        assertEquals(2, schedule.takeDue(start + 5_000_000));
        assertEquals(Schedule.NONE, schedule.takeDue(start + 5_000_000));
        assertEquals(Schedule.NONE, schedule.take());

        Recorder recorder = new Recorder(schedule);
        recorder.done(new Operation(true, 0, schedule.beginNanos(1), true), start + 5_000_000);
        assertTrue(recorder.setNanos.valuesAreEquivalent(4_000_000, recorder.setNanos.getMaxValue()), "waiting counts");
    }

    @Test
    void nothing_is_sent_and_no_time_runs_before_all_clients_have_connected() throws Exception {
        int clients = 40;
        long[] lastConnected = new long[1];
        try (ScriptedRedis node = new ScriptedRedis(words -> {
            if (words.getFirst().equals("AUTH")) lastConnected[0] = System.nanoTime();
            return good(words);
        })) {
            long before = System.nanoTime();
            Measured measured = new Benchmark(load(1_000, clients, 1, 1, 0, 100_000), List.of(node.target("secret")), 1)
                    .run(ended -> {});
            double whole = (System.nanoTime() - before) / 1e9;
            List<String> commands = node.requests().stream().map(List::getFirst).toList();
            assertEquals(clients + 1, commands.indexOf("SET"), "one connection to look, and one a client");
            assertTrue(measured.seconds() <= whole - (lastConnected[0] - before) / 1e9, measured.toString());
        }
    }

    @Test
    void what_warms_up_is_done_but_does_not_count() throws Exception {
        for (double perSecond : new double[] {0, 5_000}) {
            AtomicInteger requests = new AtomicInteger();
            Function<List<String>, @Nullable String> refusesAtFirst =
                    words -> requests.getAndIncrement() < 300 ? "-ERR no\r\n" : good(words);
            try (ScriptedRedis node = new ScriptedRedis(refusesAtFirst)) {
                Load load = new Load(300, 200, 1, 8, 1, 1, 10, 3, perSecond, 60_000);
                Measured measured = new Benchmark(load, List.of(node.target(null)), 1).run(ended -> {});
                assertEquals(500, node.requests().size());
                assertEquals(Map.of(Outcome.OK, 200L), measured.outcomes(), measured.toString());
                assertEquals(
                        200,
                        measured.perSecond().stream().mapToLong(Long::longValue).sum());
            }
        }
    }

    @Test
    void a_paced_load_is_done_whole() throws Exception {
        try (ScriptedRedis node = new ScriptedRedis(BenchmarkTest::good)) {
            Measured measured =
                    new Benchmark(load(300, 4, 8, 1, 1, 5_000), List.of(node.target(null)), 1).run(ended -> {});
            assertEquals(300, measured.count(Outcome.OK), measured.toString());
        }
    }

    @Test
    void keys_are_drawn_from_as_many_as_were_asked_for() throws Exception {
        try (ScriptedRedis node = new ScriptedRedis(BenchmarkTest::good)) {
            new Benchmark(load(500, 3, 1, 1, 1, 0), List.of(node.target(null)), 1).run(ended -> {});
            Set<String> names = new HashSet<>();
            node.requests().forEach(words -> names.add(words.get(1)));
            assertEquals(Set.of("benchmark:0000000000", "benchmark:0000000001", "benchmark:0000000002"), names);
        }
    }

    private static String good(List<String> words) {
        return words.getFirst().equals("GET") ? VALUE : ScriptedRedis.OK;
    }

    private static Load load(
            long operations, int clients, int pipeline, int sets, int gets, double operationsPerSecond) {
        return new Load(0, operations, clients, pipeline, sets, gets, 10, 3, operationsPerSecond, 60_000);
    }
}
