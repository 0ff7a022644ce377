package io.ratiskv.session.clients;

import static io.ratiskv.session.clients.ServedPort.LIBRARY;
import static io.ratiskv.session.clients.ServedPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.csc.Cache;
import redis.clients.jedis.csc.DefaultCache;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

/** What people do with Jedis, over both versions of RESP. */
@Timeout(60)
@ParameterizedClass
@EnumSource(RedisProtocol.class)
class JedisTest {
    private static ServedPort served;

    private final RedisProtocol protocol;
    private final Jedis jedis;

    JedisTest(RedisProtocol protocol) {
        this.protocol = protocol;
        jedis = connect();
        jedis.flushAll();
    }

    @BeforeAll
    static void serve() throws IOException {
        served = new ServedPort();
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @AfterEach
    void disconnect() {
        jedis.close();
    }

    private static HostAndPort address() {
        return new HostAndPort("127.0.0.1", served.port());
    }

    private Jedis connect() {
        return new Jedis(
                address(),
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .clientName("jedis")
                        .database(3)
                        .build());
    }

    @Test
    void commands() {
        assertEquals("PONG", jedis.ping());
        assertEquals("OK", jedis.set("k", "v"));
        assertEquals("v", jedis.get("k"));
        assertNull(jedis.get("none"));
        jedis.hset("h", Map.of("a", "1", "b", "2"));
        assertEquals(Map.of("a", "1", "b", "2"), jedis.hgetAll("h"));
        jedis.zadd("z", Map.of("a", 1.5, "b", 2.5));
        assertEquals(2.5, jedis.zscore("z", "b"));
        assertEquals(2, jedis.zrangeWithScores("z", 0, -1).size());
        assertEquals("jedis", jedis.clientGetname());
        assertTrue(jedis.clientList().contains("name=jedis"), jedis.clientList());
        assertTrue(jedis.info().contains("redis_version:7."));
        assertEquals("", jedis.configGet("save").get("save"));
        assertThrows(JedisDataException.class, () -> jedis.incr("k"));
    }

    @Test
    void pipelines() {
        Pipeline pipeline = jedis.pipelined();
        List<Response<Long>> raised = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) raised.add(pipeline.incr("n"));
        Response<Long> refused = pipeline.llen("n");
        Response<String> read = pipeline.get("n");
        pipeline.sync();
        assertEquals(1, raised.get(0).get());
        assertEquals(1_000, raised.get(999).get());
        assertThrows(JedisDataException.class, refused::get);
        assertEquals("1000", read.get());
    }

    @Test
    void transactions() {
        try (Jedis other = connect()) {
            jedis.watch("n");
            Transaction transaction = jedis.multi();
            transaction.incr("n");
            Response<String> read = transaction.get("n");
            assertEquals(List.of(1L, "1"), transaction.exec());
            assertEquals("1", read.get());

            jedis.watch("n");
            other.incr("n");
            Transaction late = jedis.multi();
            late.set("n", "late");
            assertNull(late.exec());

            Transaction dropped = jedis.multi();
            dropped.set("n", "dropped");
            dropped.discard();
            assertEquals("2", jedis.get("n"));
        }
    }

    @Test
    void channels_and_patterns() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int count) {
                psubscribe("new*");
            }

            @Override
            public void onPSubscribe(String pattern, int count) {
                heard.add("ready " + count);
            }

            @Override
            public void onMessage(String channel, String message) {
                heard.add(channel + " " + message);
            }

            @Override
            public void onPMessage(String pattern, String channel, String message) {
                heard.add(pattern + " " + channel + " " + message);
                unsubscribe();
                punsubscribe();
            }
        };
        try (Jedis subscriber = connect()) {
            CompletableFuture<Void> listening =
                    CompletableFuture.runAsync(() -> subscriber.subscribe(listener, "letters"));
            assertEquals("ready 2", heard.take());
            assertEquals(1, jedis.pubsubNumPat());
            assertEquals(Map.of("letters", 1L), jedis.pubsubNumSub("letters"));
            assertEquals(1, jedis.publish("letters", "a"));
            assertEquals(1, jedis.publish("news", "b"));
            assertEquals("letters a", heard.take());
            assertEquals("new* news b", heard.take());
            listening.join();
            assertEquals(List.of(), jedis.pubsubChannels());
            assertEquals("PONG", subscriber.ping(), "it takes commands again");
        }
    }

    @Test
    void blocking_pops() throws Exception {
        try (Jedis waiter = connect()) {
            CompletableFuture<List<String>> popped =
                    CompletableFuture.supplyAsync(() -> waiter.blpop(20, "first", "second"));
            awaitBlocked();
            jedis.rpush("second", "a", "b");
            assertEquals(List.of("second", "a"), popped.join());
            assertEquals(List.of("b"), jedis.lrange("second", 0, -1));

            CompletableFuture<String> scored = CompletableFuture.supplyAsync(
                    () -> waiter.bzpopmin(20, "z").getValue().getElement());
            awaitBlocked();
            jedis.zadd("z", 1, "a");
            assertEquals("a", scored.join());

            assertNull(waiter.blpop(0.01, "first"));
        }
    }

    private void awaitBlocked() {
        await("nobody is blocked", () -> jedis.info("clients").contains("blocked_clients:1"));
    }

    @Test
    void scans() {
        Set<String> names = ServedPort.names();
        Map<String, String> pairs = names.stream().collect(Collectors.toMap(name -> name, name -> name));
        jedis.mset(pairs.entrySet().stream()
                .flatMap(pair -> Stream.of(pair.getKey(), pair.getValue()))
                .toArray(String[]::new));
        jedis.hset("h", pairs);
        jedis.sadd("s", names.toArray(String[]::new));
        jedis.zadd("z", names.stream().collect(Collectors.toMap(name -> name, name -> 1.5)));

        ScanParams few = new ScanParams().match("name:*").count(100);
        assertEquals(names, all(cursor -> jedis.scan(cursor, few)));
        assertEquals(names, all(cursor -> jedis.sscan("s", cursor, few)));
        assertEquals(pairs.entrySet(), all(cursor -> jedis.hscan("h", cursor, few)));
        assertEquals(
                names.stream().map(name -> new Tuple(name, 1.5)).collect(Collectors.toSet()),
                all(cursor -> jedis.zscan("z", cursor, few)));
        assertEquals(Set.of("h"), all(cursor -> jedis.scan(cursor, new ScanParams(), "hash")));
    }

    private static <T> Set<T> all(Function<String, ScanResult<T>> scan) {
        Set<T> met = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<T> result = scan.apply(cursor);
            met.addAll(result.getResult());
            cursor = result.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return met;
    }

    @Test
    void scripts_and_functions() {
        String script = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text', false, {1, 2}}";
        List<Object> answer = new ArrayList<>(List.of(5L, "text"));
        answer.add(null);
        answer.add(List.of(1L, 2L));
        assertEquals(answer, jedis.eval(script, 1, "n", "5"));
        String digest = jedis.scriptLoad(script);
        assertTrue(jedis.scriptExists(digest));
        answer.set(0, 10L);
        assertEquals(answer, jedis.evalsha(digest, List.of("n"), List.of("5")));
        jedis.scriptFlush();
        assertThrows(JedisDataException.class, () -> jedis.evalsha(digest));

        jedis.functionFlush();
        assertEquals("tests", jedis.functionLoad(LIBRARY));
        assertEquals("OK", jedis.fcall("put", List.of("k"), List.of("v")));
        assertEquals("v", jedis.get("k"));
        assertEquals("tests", jedis.functionList().get(0).getLibraryName());
    }

    /** Jedis asks for Redis 7.4 unless told to make do with less; invalidations come as from 6.0 on. */
    private static Cache cacheForOlderServers() {
        return new DefaultCache(100) {
            @Override
            public boolean compatibilityMode() {
                return true;
            }
        };
    }

    @Test
    void the_cache_of_the_client_hears_what_others_change() throws Exception {
        assumeTrue(protocol == RedisProtocol.RESP3, "Jedis hears of changes by RESP3");
        try (RedisClient redis = RedisClient.builder()
                        .hostAndPort(address())
                        .clientConfig(DefaultJedisClientConfig.builder().resp3().build())
                        .cache(cacheForOlderServers())
                        .build();
                Jedis other = new Jedis(address())) {
            other.flushAll();
            other.set("k", "1");
            assertEquals("1", redis.get("k"));
            assertEquals("1", redis.get("k"));
            assertEquals(1, redis.getCache().getStats().getHitCount());
            other.set("k", "2");
            await("the change is not told", () -> "2".equals(redis.get("k")));
            assertEquals(1, redis.getCache().getStats().getInvalidationCount());
            other.flushAll();
            await("that all is gone is not told", () -> redis.get("k") == null);
            assertFalse(redis.exists("k"));
        }
    }
}
