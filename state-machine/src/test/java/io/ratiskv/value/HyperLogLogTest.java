package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Pages;
import io.ratiskv.value.HyperLogLog.Sighting;
import io.ratiskv.value.SparseRegisters.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HyperLogLogTest {
    private static byte[] registersOf(Bytes string) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        assertTrue(new HyperLogLog(Pages.of(string)).mergeInto(registers));
        return registers;
    }

    @Test
    void the_hash_is_that_of_its_author() {
        // Of SMHasher's MurmurHash64A, seed 0, and of Redis' own seed.
        assertEquals(0L, MurmurHash.of(Bytes.EMPTY, 0));
        assertEquals(
                MurmurHash.of(Bytes.of("abcdefgh"), 1),
                MurmurHash.of(Bytes.of("xabcdefgh").slice(1, 8), 1));
    }

    @Test
    void sparse_registers_equal_an_array() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SparseRegisters sparse = new SparseRegisters(Pages.of(HyperLogLog.empty()), 3_000);
            byte[] twin = new byte[HyperLogLog.REGISTERS];
            int spread = random.nextBoolean() ? HyperLogLog.REGISTERS : random.nextInt(1, 200);
            int ranks = random.nextInt(1, 33);
            for (int step = 0; step < 3_000; step++) {
                int register = random.nextInt(spread) + random.nextInt(HyperLogLog.REGISTERS - spread + 1);
                int rank = random.nextInt(1, ranks + 1);
                Outcome outcome = sparse.raise(register, rank);
                if (outcome == Outcome.OUTGROWN) {
                    assertTrue(sparse.bytes().length() > 2_997, "seed " + seed);
                    break;
                }
                assertEquals(rank > twin[register] ? Outcome.RAISED : Outcome.AS_HIGH, outcome, "seed " + seed);
                twin[register] = (byte) Math.max(twin[register], rank);
            }
            byte[] registers = registersOf(sparse.bytes());
            assertArrayEquals(twin, registers, "seed " + seed);
            Bytes dense = new HyperLogLog(Pages.of(sparse.bytes())).dense(registers);
            assertArrayEquals(twin, registersOf(dense), "seed " + seed);
        }
    }

    @Test
    void a_rank_that_a_run_has_no_room_for_takes_the_dense_form() {
        SparseRegisters sparse = new SparseRegisters(Pages.of(HyperLogLog.empty()), 3_000);
        assertEquals(Outcome.RAISED, sparse.raise(16_383, 32));
        assertEquals(Outcome.OUTGROWN, sparse.raise(16_383, 33));
        assertEquals(Outcome.AS_HIGH, sparse.raise(16_383, 32));
    }

    @Test
    void a_register_of_the_dense_form_is_written_alone() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        byte[] bytes =
                new HyperLogLog(Pages.of(HyperLogLog.empty())).dense(registers).toByteArray();
        for (int step = 0; step < 60_000; step++) {
            int register = step < 2 * HyperLogLog.REGISTERS ? step / 2 : random.nextInt(HyperLogLog.REGISTERS);
            int value = random.nextInt(64);
            HyperLogLog counter = new HyperLogLog(Pages.of(Bytes.wrap(bytes)));
            assertEquals(registers[register], counter.register(register));
            counter.withRegister(register, value).copyTo(bytes, HyperLogLog.registerAt(register));
            registers[register] = (byte) value;
        }
        assertArrayEquals(registers, registersOf(Bytes.wrap(bytes)));
    }

    @Test
    void the_estimate_is_near() {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        assertEquals(0, HyperLogLog.estimate(registers));
        int next = 1;
        for (int i = 1; i <= 300_000; i++) {
            Sighting sighting = HyperLogLog.sighting(Bytes.of("element" + i));
            registers[sighting.register()] = (byte) Math.max(registers[sighting.register()], sighting.rank());
            if (i == next) {
                double error = HyperLogLog.estimate(registers) / (double) i - 1;
                assertTrue(Math.abs(error) < 0.025, i + " elements, error " + error);
                next = next * 5 / 4 + 1;
            }
        }
    }

    @Test
    void the_estimate_of_registers_that_no_hash_can_make_is_a_number() {
        for (int value = 0; value < 64; value++) {
            byte[] registers = new byte[HyperLogLog.REGISTERS];
            java.util.Arrays.fill(registers, (byte) value);
            long estimate = HyperLogLog.estimate(registers);
            assertTrue(value < 50 ? estimate >= 0 : estimate == Long.MIN_VALUE, value + ": " + estimate);
        }
    }

    @Test
    void what_is_none_is_told_or_found_corrupt() {
        assertFalse(isOne(Bytes.EMPTY));
        assertFalse(isOne(Bytes.of("HYLL")));
        assertFalse(isOne(Bytes.of("HYLL\u0002\0\0\0\0\0\0\0\0\0\0\0")));
        assertFalse(isOne(Bytes.of("HYLL\0\0\0\0\0\0\0\0\0\0\0\0")));
        assertFalse(isOne(Bytes.of("hyll\u0001\0\0\0\0\0\0\0\0\0\0\0")));
        assertTrue(isOne(Bytes.of("HYLL\u0001\0\0\0\0\0\0\0\0\0\0\0")));
        assertTrue(isOne(HyperLogLog.empty()));
    }

    private static boolean isOne(Bytes string) {
        return new HyperLogLog(Pages.of(string)).isOne();
    }

    @Test
    void any_bytes_behind_the_header_are_survived() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] runs = new byte[random.nextInt(400)];
            random.nextBytes(runs);
            String text = "HYLL\u0001\0\0\0\0\0\0\0\0\0\0\0" + new String(runs, StandardCharsets.ISO_8859_1);
            Bytes string = Bytes.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            byte[] registers = new byte[HyperLogLog.REGISTERS];
            new HyperLogLog(Pages.of(string)).mergeInto(registers);
            SparseRegisters sparse = new SparseRegisters(Pages.of(string), 3_000);
            for (int i = 0; i < 200; i++) {
                sparse.raise(random.nextInt(HyperLogLog.REGISTERS), random.nextInt(1, 52));
            }
        }
    }
}
