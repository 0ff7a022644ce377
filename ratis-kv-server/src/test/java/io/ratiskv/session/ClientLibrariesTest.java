package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RBucket;
import org.redisson.api.RFuture;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;

/** Real clients connect and work, over both versions of RESP. */
@Timeout(60)
class ClientLibrariesTest {
    private final TestServer server = new TestServer();

    ClientLibrariesTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void jedis_works_over_resp2_and_resp3() {
        for (RedisProtocol protocol : List.of(RedisProtocol.RESP2, RedisProtocol.RESP3)) {
            DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                    .protocol(protocol)
                    .clientName("jedis")
                    .database(3)
                    .build();
            try (Jedis jedis = new Jedis(new HostAndPort("127.0.0.1", server.port()), config)) {
                jedis.flushAll();
                assertEquals("PONG", jedis.ping());
                assertEquals("OK", jedis.set("k", "v"));
                assertEquals("v", jedis.get("k"));
                jedis.hset("h", Map.of("a", "1", "b", "2"));
                assertEquals(Map.of("a", "1", "b", "2"), jedis.hgetAll("h"));
                assertEquals("jedis", jedis.clientGetname());
                assertTrue(jedis.clientList().contains("lib-name=jedis"), jedis.clientList());
                assertTrue(jedis.info().contains("redis_version:7.2"));
                assertEquals("", jedis.configGet("save").get("save"));

                Pipeline pipeline = jedis.pipelined();
                Response<Long> last = pipeline.incr("n");
                for (int i = 0; i < 99; i++) {
                    last = pipeline.incr("n");
                }
                pipeline.sync();
                assertEquals(100, last.get());

                jedis.watch("n");
                Transaction transaction = jedis.multi();
                transaction.incr("n");
                Response<String> read = transaction.get("n");
                assertEquals(2, transaction.exec().size());
                assertEquals("101", read.get());
            }
        }
    }

    @Test
    void lettuce_works_over_resp2_and_resp3() {
        for (ProtocolVersion protocol : List.of(ProtocolVersion.RESP2, ProtocolVersion.RESP3)) {
            RedisClient client = RedisClient.create(RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(server.port())
                    .withClientName("lettuce")
                    .withDatabase(1)
                    .build());
            client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                RedisCommands<String, String> redis = connection.sync();
                redis.flushall();
                assertNull(redis.get("k"));
                assertEquals("OK", redis.set("k", "v"));
                assertEquals("v", redis.get("k"));
                redis.hset("h", Map.of("a", "1"));
                assertEquals(Map.of("a", "1"), redis.hgetall("h"));
                assertEquals("lettuce", redis.clientGetname());
                assertTrue(redis.commandCount() > 50);
                assertTrue(redis.command().size() > 50);
                redis.multi();
                redis.incr("n");
                redis.get("n");
                TransactionResult result = redis.exec();
                assertEquals("1", result.get(1));
                assertTrue(redis.info("replication").contains("role:master"));
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void redisson_works() {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setThreads(2);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + server.port())
                .setClientName("redisson")
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(4)
                .setSubscriptionConnectionMinimumIdleSize(0);
        RedissonClient client = Redisson.create(config);
        try {
            RBucket<String> bucket = client.getBucket("k");
            bucket.set("v");
            assertEquals("v", bucket.get());
            assertEquals(1, client.getAtomicLong("n").incrementAndGet());
            RBatch batch = client.createBatch(
                    BatchOptions.defaults().executionMode(BatchOptions.ExecutionMode.REDIS_WRITE_ATOMIC));
            RFuture<Long> raised = batch.getAtomicLong("n").incrementAndGetAsync();
            RFuture<Object> read = batch.getBucket("k").getAsync();
            assertEquals(List.of(2L, "v"), batch.execute().getResponses());
            assertEquals(2, raised.toCompletableFuture().join());
            assertEquals("v", read.toCompletableFuture().join());
        } finally {
            client.shutdown();
        }
    }
}
