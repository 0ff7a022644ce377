package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that come many in an entry, whose memory is fetched ahead, do what they do when each comes alone. */
class LookAheadTest {
    private static final int MEMBERS = 20_000;

    /** What names no member where the look ahead expects one, or none at all, is among them. */
    private static final List<String> REQUESTS = List.of(
            "SADD set M",
            "SREM set M",
            "SISMEMBER set M",
            "SADD set",
            "HSET hash M M",
            "HDEL hash M",
            "HGET hash M",
            "HSET hash M",
            "HINCRBY hash M 1",
            "ZADD scores N M",
            "ZADD scores N M N M",
            "ZADD scores GT CH N M",
            "ZADD scores nan M",
            "ZADD scores 1e400 M",
            "ZADD scores M N",
            "ZINCRBY scores N M",
            "ZREM scores M",
            "ZRANK scores M",
            "ZPOPMIN scores",
            "ZADD set N M",
            "SADD scores M",
            "HSET scores M M",
            "LPUSH list M",
            "RPOP list",
            "SET text M",
            "GET text",
            "ZADD missing N M",
            "SADD missing M",
            "DEL missing",
            "RENAME scores set",
            "COPY set scores REPLACE",
            "PING");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void requests_in_one_entry_do_what_they_do_alone(long seed) {
        KeyValueStateMachine together = opened();
        KeyValueStateMachine alone = opened();
        SplittableRandom random = new SplittableRandom(seed);
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            units.add(unit("SADD set M", random));
            units.add(unit("HSET hash M M", random));
            units.add(unit("ZADD scores N M", random));
        }
        compare(units, together, alone, 2);
        for (int id = 3; id < 40; id++) {
            List<Unit> batch = new ArrayList<>();
            for (int i = random.nextInt(1, 300); i > 0; i--) {
                // What replaces whole collections is rare, for large ones are what is looked at ahead.
                int last = random.nextInt(200) == 0 ? REQUESTS.size() : REQUESTS.size() - 3;
                batch.add(unit(REQUESTS.get(random.nextInt(last)), random));
            }
            compare(batch, together, alone, id);
        }
    }

    private static KeyValueStateMachine opened() {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.apply(1, 1_000, new Entry.OpenGateway("n1", 1, "", ""), Audience.REPLICA);
        return machine;
    }

    /** One entry at index {@code id} here; there as many as there are units, at indexes of their own. */
    private static void compare(List<Unit> units, KeyValueStateMachine together, KeyValueStateMachine alone, long id) {
        List<Reply> expected = new ArrayList<>();
        for (Unit unit : units) {
            expected.add(alone.apply(((Unit.Single) unit).request(), 1_000));
        }
        assertEquals(
                expected,
                together.apply(id, 1_000, new Entry.Execute(1, id, id, units), Audience.GATEWAY)
                        .replies());
        assertEquals(alone.statistics().memoryBytes(), together.statistics().memoryBytes());
    }

    private static Unit unit(String pattern, SplittableRandom random) {
        String[] words = pattern.split(" ", -1);
        Bytes[] request = new Bytes[words.length];
        for (int i = 0; i < words.length; i++) {
            request[i] = Bytes.of(
                    switch (words[i]) {
                        case "M" -> "member:" + random.nextInt(2 * MEMBERS);
                        case "N" -> Integer.toString(random.nextInt(1_000) - 500);
                        default -> words[i];
                    });
        }
        return new Unit.Single(new Request(0, 2, Request.DEFAULT_USER, request));
    }
}
