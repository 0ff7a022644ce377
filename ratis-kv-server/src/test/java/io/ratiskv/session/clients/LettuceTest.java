package io.ratiskv.session.clients;

import static io.ratiskv.session.clients.ServedPort.LIBRARY;
import static io.ratiskv.session.clients.ServedPort.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.FlushMode;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What people do with Lettuce, over both versions of RESP. */
@Timeout(60)
@ParameterizedClass
@EnumSource(ProtocolVersion.class)
class LettuceTest {
    private static ServedPort served;

    private final ProtocolVersion protocol;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisCommands<String, String> redis;

    LettuceTest(ProtocolVersion protocol) {
        this.protocol = protocol;
        client = RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(served.port())
                .withClientName("lettuce")
                .withDatabase(1)
                .build());
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        connection = client.connect();
        redis = connection.sync();
        redis.flushall();
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
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }

    @Test
    void commands() {
        assertNull(redis.get("k"));
        assertEquals("OK", redis.set("k", "v"));
        assertEquals("v", redis.get("k"));
        redis.hset("h", Map.of("a", "1"));
        assertEquals(Map.of("a", "1"), redis.hgetall("h"));
        redis.zadd("z", 1.5, "a");
        assertEquals(List.of(ScoredValue.just(1.5, "a")), redis.zrangeWithScores("z", 0, -1));
        assertEquals("lettuce", redis.clientGetname());
        assertTrue(redis.commandCount() > 50);
        assertTrue(redis.command().size() > 50);
        assertTrue(redis.info("replication").contains("role:master"));
        assertThrows(RedisCommandExecutionException.class, () -> redis.incr("k"));
    }

    @Test
    void pipelines() throws Exception {
        RedisAsyncCommands<String, String> async = connection.async();
        connection.setAutoFlushCommands(false);
        List<RedisFuture<Long>> raised = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) raised.add(async.incr("n"));
        RedisFuture<Long> refused = async.llen("n");
        RedisFuture<String> read = async.get("n");
        connection.flushCommands();
        connection.setAutoFlushCommands(true);
        assertEquals("1000", read.get());
        assertEquals(1, raised.get(0).get());
        assertEquals(1_000, raised.get(999).get());
        assertTrue(refused.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void transactions() {
        RedisCommands<String, String> other = client.connect().sync();
        redis.watch("n");
        redis.multi();
        redis.incr("n");
        redis.get("n");
        TransactionResult done = redis.exec();
        assertEquals(1L, done.<Long>get(0));
        assertEquals("1", done.get(1));

        redis.watch("n");
        other.incr("n");
        redis.multi();
        redis.set("n", "late");
        assertTrue(redis.exec().wasDiscarded());

        redis.multi();
        redis.set("n", "dropped");
        redis.discard();
        assertEquals("2", redis.get("n"));
    }

    @Test
    void channels_and_patterns() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                heard.add(channel + " " + message);
            }

            @Override
            public void message(String pattern, String channel, String message) {
                heard.add(pattern + " " + channel + " " + message);
            }

            @Override
            public void unsubscribed(String channel, long count) {
                heard.add("no more of " + channel);
            }
        });
        subscriber.sync().subscribe("letters");
        subscriber.sync().psubscribe("new*");
        assertEquals(1, redis.pubsubNumpat());
        assertEquals(Map.of("letters", 1L), redis.pubsubNumsub("letters"));
        assertEquals(1, redis.publish("letters", "a"));
        assertEquals("letters a", heard.take());
        assertEquals(1, redis.publish("news", "b"));
        assertEquals("new* news b", heard.take());
        subscriber.sync().unsubscribe("letters");
        assertEquals("no more of letters", heard.take());
        assertEquals(0, redis.publish("letters", "c"));

        subscriber.sync().ssubscribe("shard");
        assertEquals(1, redis.spublish("shard", "d"));
    }

    @Test
    void blocking_pops() throws Exception {
        StatefulRedisConnection<String, String> waiter = client.connect();
        RedisFuture<KeyValue<String, String>> popped = waiter.async().blpop(20, "first", "second");
        awaitBlocked();
        redis.rpush("second", "a", "b");
        assertEquals(KeyValue.just("second", "a"), popped.get());
        assertEquals(List.of("b"), redis.lrange("second", 0, -1));

        RedisFuture<KeyValue<String, ScoredValue<String>>> scored =
                waiter.async().bzpopmin(20, "z");
        awaitBlocked();
        redis.zadd("z", 1, "a");
        assertEquals(KeyValue.just("z", ScoredValue.just(1, "a")), scored.get());

        assertNull(waiter.sync().blpop(0.01, "first"));
    }

    private void awaitBlocked() {
        await("nobody is blocked", () -> redis.info("clients").contains("blocked_clients:1"));
    }

    @Test
    void scans() {
        Set<String> names = ServedPort.names();
        Map<String, String> pairs = names.stream().collect(Collectors.toMap(name -> name, name -> name));
        redis.mset(pairs);
        redis.hset("h", pairs);
        redis.sadd("s", names.toArray(String[]::new));
        redis.zadd("z", names.stream().flatMap(name -> Stream.of(1.5, name)).toArray());

        ScanArgs few = ScanArgs.Builder.limit(100).match("name:*");
        assertEquals(names, all(ScanIterator.scan(redis, few)));
        assertEquals(names, all(ScanIterator.sscan(redis, "s", few)));
        assertEquals(
                names.stream().map(name -> KeyValue.just(name, name)).collect(Collectors.toSet()),
                all(ScanIterator.hscan(redis, "h", few)));
        assertEquals(
                names.stream().map(name -> ScoredValue.just(1.5, name)).collect(Collectors.toSet()),
                all(ScanIterator.zscan(redis, "z", few)));
    }

    private static <T> Set<T> all(ScanIterator<T> scan) {
        return scan.stream().collect(Collectors.toSet());
    }

    @Test
    void scripts_and_functions() {
        String script = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text', false, {1, 2}}";
        String[] keys = {"n"};
        List<Object> answer = new ArrayList<>(List.of(5L, "text"));
        answer.add(null);
        answer.add(List.of(1L, 2L));
        assertEquals(answer, redis.eval(script, ScriptOutputType.MULTI, keys, "5"));
        String digest = redis.scriptLoad(script);
        assertEquals(List.of(true), redis.scriptExists(digest));
        answer.set(0, 10L);
        assertEquals(answer, redis.evalsha(digest, ScriptOutputType.MULTI, keys, "5"));
        redis.scriptFlush();
        assertThrows(RedisNoScriptException.class, () -> redis.evalsha(digest, ScriptOutputType.MULTI, keys, "5"));

        redis.functionFlush(FlushMode.SYNC);
        assertEquals("tests", redis.functionLoad(LIBRARY));
        assertEquals("OK", redis.fcall("put", ScriptOutputType.STATUS, new String[] {"k"}, "v"));
        assertEquals("v", redis.get("k"));
        assertEquals(1, redis.functionList().size());
    }

    @Test
    void the_cache_of_the_client_hears_what_others_change() throws Exception {
        assumeTrue(protocol == ProtocolVersion.RESP3, "news of changes come by RESP3");
        Map<String, String> cached = new ConcurrentHashMap<>();
        RedisCommands<String, String> other = client.connect().sync();
        try (CacheFrontend<String, String> cache =
                ClientSideCaching.enable(CacheAccessor.forMap(cached), connection, TrackingArgs.Builder.enabled())) {
            other.set("k", "1");
            assertEquals("1", cache.get("k"));
            assertEquals(Map.of("k", "1"), cached);
            other.set("k", "2");
            await("the change is not told", cached::isEmpty);
            assertEquals("2", cache.get("k"));
            other.del("k");
            await("the end is not told", cached::isEmpty);
            assertNull(cache.get("k"));
        }
    }
}
