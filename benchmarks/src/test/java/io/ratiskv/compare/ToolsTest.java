package io.ratiskv.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the tools print, as redis-benchmark 7.0.15, h2load 1.52.0 and raft-cli did. */
class ToolsTest {
    private static final String H2LOAD = """
            progress: 100%% done

            finished in 567.48ms, 528.65 req/s, 49.38KB/s
            requests: 300 total, 300 started, 300 done, %d succeeded, 0 failed, 0 errored, 0 timeout
            status codes: 300 2xx, 0 3xx, 0 4xx, 0 5xx
            """;

    @Test
    void the_line_of_redis_benchmark() throws IOException {
        Figures figures = Tools.fromRedisBenchmark("""
                "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
                "SET","81234.56","0.401","0.100","0.391","0.600","0.799","5.100"
                """);
        assertEquals(Figures.of(81_234.56, 0.391, 0.799), figures);
    }

    @Test
    void a_name_with_commas_in_it() throws IOException {
        assertEquals(
                Figures.of(5, 3, 4.5),
                Tools.fromRedisBenchmark("\"XADD stream a,b\",\"5\",\"1\",\"2\",\"3\",\"4\",\"4.5\",\"6\""));
    }

    @Test
    void a_load_that_is_over_at_once_has_no_rate() throws IOException {
        assertEquals(
                Figures.of(Double.POSITIVE_INFINITY, 3, 4.5),
                Tools.fromRedisBenchmark("\"SET\",\"inf\",\"1\",\"2\",\"3\",\"4\",\"4.5\",\"6\""));
    }

    @Test
    void a_redis_benchmark_without_a_result_is_an_error() {
        assertThrows(IOException.class, () -> Tools.fromRedisBenchmark(""));
    }

    @Test
    void the_times_of_h2load_are_of_its_log() throws IOException {
        List<String> log = IntStream.rangeClosed(1, 300)
                .mapToObj(micros -> "1795775480327133\t200\t" + 10 * micros)
                .toList();
        assertEquals(Figures.of(528.65, 1.51, 2.98), Tools.fromH2load(H2LOAD.formatted(300), log));
        assertThrows(IOException.class, () -> Tools.fromH2load(H2LOAD.formatted(299), log));
    }

    @Test
    void of_a_mix_the_slower_kind() {
        Figures figures = Tools.fromRaftCli("""
                {"ok_per_second":1000,"latency_millis":{
                "set":{"count":5,"mean":1.0,"p50":0.8,"p90":1.1,"p99":2.5,"p99.9":3.5,"p99.99":4.5,"max":5.0},
                "get":{"count":5,"mean":1.0,"p50":0.9,"p90":1.0,"p99":1.5,"p99.9":9.5,"p99.99":10.5,"max":11}},
                "ok_by_second":[5]}""");
        assertEquals(1_000, figures.perSecond());
        assertEquals(0.9, figures.p50Millis());
        assertEquals(2.5, figures.p99Millis());
        assertEquals(9.5, figures.p999Millis());
        assertEquals(10.5, figures.p9999Millis());
    }
}
