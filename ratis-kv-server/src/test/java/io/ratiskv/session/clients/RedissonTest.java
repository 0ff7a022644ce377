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
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.FunctionMode;
import org.redisson.api.FunctionResult;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RBucket;
import org.redisson.api.RFuture;
import org.redisson.api.RLock;
import org.redisson.api.RMapCache;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RScript;
import org.redisson.api.RTransaction;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.api.TransactionOptions;
import org.redisson.api.options.ClientSideCachingOptions;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/** What people do with Redisson, most of which is scripts, over both versions of RESP. */
@Timeout(60)
@ParameterizedClass
@EnumSource(Protocol.class)
class RedissonTest {
    /** They take long to start and to end. */
    private static final Map<Protocol, RedissonClient> CLIENTS = new EnumMap<>(Protocol.class);

    private static ServedPort served;

    private final Protocol protocol;
    private final RedissonClient redisson;

    RedissonTest(Protocol protocol) {
        this.protocol = protocol;
        redisson = CLIENTS.computeIfAbsent(protocol, RedissonTest::connect);
        redisson.getKeys().flushall();
    }

    private static RedissonClient connect(Protocol protocol) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE)
                .setProtocol(protocol)
                .setThreads(2)
                .setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + served.port())
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8)
                .setSubscriptionConnectionMinimumIdleSize(0);
        return Redisson.create(config);
    }

    @BeforeAll
    static void serve() throws IOException {
        served = new ServedPort();
    }

    @AfterAll
    static void close() {
        for (RedissonClient client : CLIENTS.values()) client.shutdown(0, 5, TimeUnit.SECONDS);
        served.close();
    }

    @Test
    void batches_with_and_without_a_transaction() {
        redisson.getBucket("k").set("v");
        for (BatchOptions.ExecutionMode mode : BatchOptions.ExecutionMode.values()) {
            redisson.getAtomicLong("n").set(1);
            RBatch batch = redisson.createBatch(BatchOptions.defaults().executionMode(mode));
            RFuture<Long> raised = batch.getAtomicLong("n").incrementAndGetAsync();
            RFuture<Object> read = batch.getBucket("k").getAsync();
            assertEquals(List.of(2L, "v"), batch.execute().getResponses());
            assertEquals(2, raised.toCompletableFuture().join());
            assertEquals("v", read.toCompletableFuture().join());
        }
    }

    @Test
    void transactions() {
        RTransaction done = redisson.createTransaction(TransactionOptions.defaults());
        done.<String>getBucket("k").set("v");
        done.<String, String>getMap("m").put("f", "w");
        assertNull(redisson.getBucket("k").get());
        done.commit();
        assertEquals("v", redisson.getBucket("k").get());
        assertEquals("w", redisson.getMap("m").get("f"));

        RTransaction dropped = redisson.createTransaction(TransactionOptions.defaults());
        dropped.<String>getBucket("k").set("dropped");
        dropped.rollback();
        assertEquals("v", redisson.getBucket("k").get());
        assertThrows(IllegalStateException.class, dropped::commit);
    }

    @Test
    void topics_and_patterns() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        redisson.getTopic("letters")
                .addListener(String.class, (channel, message) -> heard.add(channel + " " + message));
        redisson.getPatternTopic("new*")
                .addListener(
                        String.class,
                        (pattern, channel, message) -> heard.add(pattern + " " + channel + " " + message));
        assertEquals(1, redisson.getTopic("letters").countSubscribers());
        assertEquals(1, redisson.getTopic("letters").publish("a"));
        assertEquals("letters a", heard.take());
        assertEquals(1, redisson.getTopic("news").publish("b"));
        assertEquals("new* news b", heard.take());
        redisson.getTopic("letters").removeAllListeners();
        redisson.getPatternTopic("new*").removeAllListeners();
        await("still subscribed", () -> redisson.getTopic("letters").countSubscribers() == 0);

        redisson.getShardedTopic("shard").addListener(String.class, (channel, message) -> heard.add(message));
        assertEquals(1, redisson.getShardedTopic("shard").publish("c"));
        assertEquals("c", heard.take());
        redisson.getShardedTopic("shard").removeAllListeners();
    }

    @Test
    void blocking_queues() throws Exception {
        RBlockingQueue<String> queue = redisson.getBlockingQueue("q");
        RFuture<String> taken = queue.takeAsync();
        RFuture<String> second = queue.takeAsync();
        assertFalse(taken.isDone());
        queue.addAll(List.of("a", "b", "c"));
        assertEquals(
                Set.of("a", "b"),
                Set.of(
                        taken.toCompletableFuture().join(),
                        second.toCompletableFuture().join()));
        assertEquals("c", queue.pollLastAndOfferFirstTo("other", 20, TimeUnit.SECONDS));
        assertEquals(List.of("c"), redisson.getList("other").readAll());
    }

    @Test
    void scans() {
        Set<String> names = ServedPort.names();
        Map<String, String> pairs = names.stream().collect(Collectors.toMap(name -> name, name -> name));
        redisson.getBuckets().set(pairs);
        redisson.getSet("s").addAll(names);
        redisson.getMap("m").putAll(pairs);
        redisson.getScoredSortedSet("z").addAll(names.stream().collect(Collectors.toMap(name -> name, name -> 1.5)));

        KeysScanOptions some = KeysScanOptions.defaults().pattern("name:*").chunkSize(100);
        assertEquals(names, redisson.getKeys().getKeysStream(some).collect(Collectors.toSet()));
        assertEquals(names, new HashSet<>(redisson.getSet("s").stream(100).toList()));
        assertEquals(pairs.entrySet(), new HashSet<>(redisson.getMap("m").entrySet(100)));
        assertEquals(names, redisson.getScoredSortedSet("z").stream(100).collect(Collectors.toSet()));
    }

    @Test
    void scripts_and_functions() {
        RScript scripts = redisson.getScript();
        String script = "return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'text'}";
        List<Object> keys = List.of("n");
        assertEquals(
                List.of(5L, "text"), scripts.eval(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, keys, "5"));
        String digest = scripts.scriptLoad(script);
        assertEquals(List.of(true), scripts.scriptExists(digest));
        assertEquals(
                List.of(10L, "text"),
                scripts.evalSha(RScript.Mode.READ_WRITE, digest, RScript.ReturnType.LIST, keys, "5"));

        redisson.getFunction().flush();
        redisson.getFunction().load("tests", LIBRARY.lines().skip(1).collect(Collectors.joining("\n")));
        assertEquals(
                "OK", redisson.getFunction().call(FunctionMode.WRITE, "put", FunctionResult.VALUE, List.of("k"), "v"));
        assertEquals("tests", redisson.getFunction().list().get(0).getName());
    }

    @Test
    void a_lock_is_held_by_one_and_handed_on() throws Exception {
        RedissonClient other = connect(protocol);
        try {
            RLock mine = redisson.getLock("lock");
            RLock theirs = other.getLock("lock");
            assertTrue(mine.tryLock());
            assertTrue(mine.tryLock());
            assertEquals(2, mine.getHoldCount());
            assertTrue(theirs.isLocked());
            assertFalse(theirs.tryLock());
            assertThrows(IllegalMonitorStateException.class, theirs::unlock);
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                theirs.lock(20, TimeUnit.SECONDS);
                return theirs.isHeldByCurrentThread();
            });
            await(
                    "nobody waits",
                    () -> redisson.getTopic("redisson_lock__channel:{lock}").countSubscribers() == 1);
            mine.unlock();
            assertFalse(waiting.isDone());
            mine.unlock();
            assertTrue(waiting.join());
            assertTrue(theirs.remainTimeToLive() > 0);
            assertTrue(mine.forceUnlock());

            mine.lock(1, TimeUnit.MILLISECONDS);
            assertTrue(theirs.tryLock(20, TimeUnit.SECONDS), "its lease ends");
        } finally {
            other.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }

    @Test
    void other_locks() throws Exception {
        RReadWriteLock both = redisson.getReadWriteLock("rw");
        assertTrue(both.readLock().tryLock());
        assertFalse(
                CompletableFuture.supplyAsync(() -> both.writeLock().tryLock()).join());
        assertTrue(
                CompletableFuture.supplyAsync(() -> both.readLock().tryLock()).join());
        RLock fair = redisson.getFairLock("fair");
        assertTrue(fair.tryLock(20, TimeUnit.SECONDS));
        fair.unlock();
        RPermitExpirableSemaphore semaphore = redisson.getPermitExpirableSemaphore("permits");
        semaphore.trySetPermits(1);
        String permit = semaphore.acquire();
        assertNull(semaphore.tryAcquire());
        semaphore.release(permit);
        assertEquals(1, semaphore.availablePermits());
    }

    @Test
    void a_rate_limiter_lets_pass_what_it_was_told_to() {
        RRateLimiter limiter = redisson.getRateLimiter("rate");
        assertTrue(limiter.trySetRate(RateType.OVERALL, 3, Duration.ofHours(1)));
        assertFalse(limiter.trySetRate(RateType.OVERALL, 5, Duration.ofHours(1)));
        assertTrue(limiter.tryAcquire(2));
        assertTrue(limiter.tryAcquire());
        assertFalse(limiter.tryAcquire());
        assertEquals(0, limiter.availablePermits());
    }

    @Test
    void entries_of_a_map_end_by_themselves() throws Exception {
        RMapCache<String, String> map = redisson.getMapCache("cache");
        assertNull(map.put("stays", "1"));
        assertNull(map.put("hour", "2", 1, TimeUnit.HOURS));
        assertTrue(map.fastPut("short", "3", 20, TimeUnit.MILLISECONDS));
        assertTrue(map.remainTimeToLive("hour") > 3_500_000);
        assertEquals(-1, map.remainTimeToLive("stays"));
        assertEquals("2", map.putIfAbsent("hour", "4"));
        await("the entry stays", () -> map.get("short") == null);
        assertEquals(Map.of("stays", "1", "hour", "2"), map.readAllMap());
        assertEquals("2", map.remove("hour"));
    }

    @Test
    void the_cache_of_the_client_hears_what_others_change() throws Exception {
        assumeTrue(protocol == Protocol.RESP3, "Redisson hears of changes by RESP3");
        RBucket<String> cached = redisson.getClientSideCaching(ClientSideCachingOptions.defaults())
                .getBucket("k");
        RedissonClient other = connect(protocol);
        try {
            other.getBucket("k").set("1");
            assertEquals("1", cached.get());
            other.getBucket("k").set("2");
            await("the change is not told", () -> "2".equals(cached.get()));
        } finally {
            other.shutdown(0, 5, TimeUnit.SECONDS);
        }
    }
}
