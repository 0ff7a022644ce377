package io.ratiskv.machine;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing changes but through the seam: whatever a reader can see change has a new version and is reported. */
class SeamTest {
    private static final int DATABASES = 3;
    private static final int KEYS = 24;

    private record Place(int database, Bytes key) {}

    /** What a reader sees of a key, and the version that WATCH compares. */
    private record Sight(Reply type, Reply value, long deadlineMillis, long version) {
        boolean looksLike(Sight other) {
            return type.equals(other.type) && value.equals(other.value) && deadlineMillis == other.deadlineMillis;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44})
    void whatever_changes_has_a_new_version_and_is_reported(long seed) {
        KeyValueStateMachine machine = new KeyValueStateMachine();
        machine.listen(EnumSet.of(EffectInterest.INVALIDATIONS));
        Map<Place, Sight> before = look(machine);
        int changes = 0;
        for (RandomLog.Stamped stamped : RandomLog.of(seed, 3_000)) {
            List<Effect> effects = Observation.apply(machine, stamped).effects();
            Map<Place, Sight> after = look(machine);
            Set<Object> reported = reported(effects);
            for (Map.Entry<Place, Sight> entry : after.entrySet()) {
                Place place = entry.getKey();
                Sight was = before.get(place);
                Sight is = entry.getValue();
                if (was == null || is.looksLike(was) || reported.contains(place.database())) {
                    continue; // a database that was flushed or swapped is reported as a whole
                }
                changes++;
                assertNotEquals(was.version(), is.version(), () -> "seed " + seed + ", " + stamped + ": " + place);
                boolean expired = is.version() == 0
                        && was.deadlineMillis() > 0
                        && was.deadlineMillis() <= machine.logTimeMillis();
                assertTrue(
                        expired || reported.contains(place),
                        () -> "seed " + seed + ", " + stamped + ": " + place + " not in " + effects);
            }
            before = after;
        }
        assertTrue(changes > 200, "changes: " + changes);
    }

    private static Set<Object> reported(List<Effect> effects) {
        Set<Object> reported = new HashSet<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Invalidated one) {
                reported.add(new Place(one.database(), one.key()));
            } else if (effect instanceof Effect.AllInvalidated all) {
                for (int database = 0; database < DATABASES; database++) {
                    if (all.database() == -1 || all.database() == database) {
                        reported.add(database);
                    }
                }
            }
        }
        return reported;
    }

    private static Map<Place, Sight> look(KeyValueStateMachine machine) {
        Map<Place, Sight> all = new LinkedHashMap<>();
        for (int database = 0; database < DATABASES; database++) {
            for (int i = 0; i < KEYS; i++) {
                Bytes key = Bytes.of("key" + i);
                Reply type = ask(machine, database, key, "TYPE");
                Reply value = ask(machine, database, key, reading(((Reply.Simple) type).text()));
                Reply deadline = ask(machine, database, key, "PEXPIRETIME");
                all.put(
                        new Place(database, key),
                        new Sight(
                                type,
                                value,
                                ((Reply.Int) deadline).value(),
                                machine.version(database, key, machine.logTimeMillis())));
            }
        }
        return all;
    }

    /** The command that tells a whole value, and what follows the key. */
    private static String[] reading(String type) {
        return switch (type) {
            case "hash" -> new String[] {"HGETALL"};
            case "set" -> new String[] {"SMEMBERS"};
            case "list" -> new String[] {"LRANGE", "0", "-1"};
            case "zset" -> new String[] {"ZRANGE", "0", "-1", "WITHSCORES"};
            case "stream" -> new String[] {"XINFO", "STREAM", "FULL", "COUNT", "0"};
            default -> new String[] {"GET"};
        };
    }

    private static Reply ask(KeyValueStateMachine machine, int database, Bytes key, String... commandAndMore) {
        List<Bytes> all =
                new ArrayList<>(Arrays.stream(commandAndMore).map(Bytes::of).toList());
        all.add(commandAndMore[0].equals("XINFO") ? 2 : 1, key);
        Bytes[] words = all.toArray(Bytes[]::new);
        @Nullable Reply reply = machine.query(new Request(database, 2, Request.DEFAULT_USER, words), Long.MIN_VALUE);
        if (reply == null) {
            throw new AssertionError("a read at the log's time needs no Tick");
        }
        return reply;
    }
}
