package io.ratiskv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table holds what a map of Java holds, and has a border where Lua promises one. */
class LuaTableTest {
    private static Object key(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextBoolean();
            case 1 -> random.nextInt(-3, 0) / 2.0;
            case 2 -> (double) (1L << random.nextInt(54));
            case 3, 4 -> LuaString.constant("k" + random.nextInt(60));
            default -> (double) random.nextInt(70);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_holds_what_a_map_holds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LuaTable table = new LuaTable(1, null);
        Map<Object, Object> twin = new HashMap<>();
        int removals = random.nextInt(1, 9);
        for (int i = 0; i < 20_000; i++) {
            Object key = key(random);
            if (random.nextInt(10) < removals) {
                table.set(key, null);
                twin.remove(key);
            } else {
                table.set(key, (double) i);
                twin.put(key, (double) i);
            }
            assertEquals(twin.get(key), table.get(key), "seed " + seed);
            if (i % 97 == 0) {
                assertEquals(twin, content(table), "seed " + seed);
                assertBorder(table, twin, seed);
            }
            if (i % 4_001 == 0) {
                removeDuringTraversal(table, twin, random);
            }
        }
    }

    private static Map<Object, Object> content(LuaTable table) {
        Map<Object, Object> content = new HashMap<>();
        table.forEach((key, value) -> {
            if (value != null) {
                assertEquals(null, content.put(key, value), () -> key + " comes twice");
            }
        });
        return content;
    }

    private static void assertBorder(LuaTable table, Map<Object, Object> twin, long seed) {
        int border = table.length();
        assertTrue(border == 0 || twin.containsKey((double) border), "seed " + seed + ": " + border);
        assertTrue(!twin.containsKey(border + 1.0), "seed " + seed + ": " + border);
    }

    /** As next goes on behind a key that was set to nil. */
    private static void removeDuringTraversal(LuaTable table, Map<Object, Object> twin, SplittableRandom random) {
        Set<Object> met = new HashSet<>();
        List<Object> removed = new ArrayList<>();
        for (int at = table.nextPosition(table.positionOf(null)); at != 0; ) {
            Object key = table.keyAt(at);
            met.add(key);
            if (random.nextBoolean()) {
                table.set(key, null);
                removed.add(key);
            }
            at = table.nextPosition(table.positionOf(key));
        }
        assertEquals(twin.keySet(), met);
        removed.forEach(twin::remove);
        assertEquals(twin, content(table));
    }
}
