package io.ratiskv.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.machine.RandomLog;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log's bytes are fixed for ever, and bytes that are no entry are refused by name. */
class EntryCodecTest {
    private static final List<Unit> UNITS = List.of(
            new Unit.Single(Request.of("SET", "k", "v")),
            new Unit.Transaction(
                    List.of(new Request(
                            3, 2, Bytes.of("ann"), Request.of("GET", "k").words())),
                    List.of(new Unit.Watched(1, Bytes.of("w"), 258))));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void every_entry_comes_back_from_its_bytes(long seed) {
        for (RandomLog.Stamped stamped : RandomLog.of(seed, 500)) {
            Entry entry = stamped.entry();
            byte[] encoded = EntryCodec.encode(entry, 7);
            EntryCodec.stamp(encoded, stamped.stampMillis());
            assertEquals(entry, EntryCodec.decode(encoded), () -> "seed " + seed);
            assertEquals(stamped.stampMillis(), EntryCodec.stampMillis(encoded), () -> "seed " + seed);
            assertEquals(7, EntryCodec.featureLevel(encoded), () -> "seed " + seed);
        }
    }

    @Test
    void the_header_alone_tells_the_identity_of_a_batch() {
        byte[] encoded = EntryCodec.encode(new Entry.Execute(1L << 40, 77, 70, UNITS), 1);
        assertEquals(1L << 40, EntryCodec.epoch(encoded));
        assertEquals(77, EntryCodec.id(encoded));
        assertEquals(70, EntryCodec.floor(encoded));
        assertTrue(EntryCodec.isExecute(encoded) && EntryCodec.isBatch(encoded));
    }

    @Test
    void the_bytes_of_each_kind_are_those_of_the_first_release() {
        assertBytes(
                "01010001" + zeros(8) + zeros(24) + "026e31" + "0000000000000005" + "03683a31" + "03683a32",
                new Entry.OpenGateway("n1", 5, "h:1", "h:2"));
        assertBytes(
                "01020001" + zeros(8) + fixed(9) + fixed(8) + fixed(7) + "02"
                        + "00" + "00" + "03" + "03534554" + "016b" + "0176"
                        + "01" + "01" + "01" + "0177" + fixed(258) + "01" + "07" + "03616e6e" + "02" + "03474554"
                        + "016b",
                new Entry.Execute(9, 8, 7, UNITS));
        assertBytes(
                "01030001" + zeros(8) + fixed(9) + fixed(8) + fixed(7) + "01" + "8002" + "03616263",
                new Entry.Fragment(9, 8, 7, 1, 256, Bytes.of("abc")));
        assertBytes("01040001" + zeros(8) + zeros(24), new Entry.Tick());
        assertBytes("01050001" + zeros(8) + zeros(24) + "0161" + "0162", new Entry.Configure("a", Bytes.of("b")));
        assertBytes("01060001" + zeros(8) + zeros(24), new Entry.Digest());
        assertBytes("01070001" + zeros(8) + zeros(24) + "02", new Entry.RaiseFeatureLevel(2));
        assertBytes(
                "01080001" + zeros(8) + zeros(24) + "02" + "03" + "016b" + fixed(258) + "00" + "00" + fixed(1),
                new Entry.Evict(List.of(new Entry.Victim(3, Bytes.of("k"), 258), new Entry.Victim(0, Bytes.EMPTY, 1))));
    }

    @Test
    void units_measure_what_they_take() {
        int whole = EntryCodec.encodeUnits(UNITS).length;
        assertEquals(
                whole, 1 + UNITS.stream().mapToInt(EntryCodec::encodedBytes).sum());
        assertEquals(UNITS, EntryCodec.decodeUnits(Bytes.wrap(EntryCodec.encodeUnits(UNITS))));
    }

    @Test
    void an_unknown_format_or_kind_is_refused() {
        byte[] encoded = EntryCodec.encode(new Entry.Tick(), 1);
        encoded[1] = 99;
        assertThrows(MalformedEntryException.class, () -> EntryCodec.decode(encoded));
        encoded[1] = 4;
        encoded[0] = 2;
        assertThrows(MalformedEntryException.class, () -> EntryCodec.decode(encoded));
        assertThrows(MalformedEntryException.class, () -> EntryCodec.decode(new byte[5]));
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void bytes_that_are_no_entry_are_refused_and_nothing_worse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = EntryCodec.encode(new Entry.Execute(9, 8, 7, UNITS), 1);
        for (int i = 0; i < 20_000; i++) {
            byte[] forged = Arrays.copyOf(whole, random.nextInt(whole.length + 3));
            for (int changes = random.nextInt(4); changes > 0 && forged.length > 0; changes--) {
                forged[random.nextInt(forged.length)] = (byte) random.nextInt();
            }
            String where = "seed " + seed + ": " + HexFormat.of().formatHex(forged);
            try {
                EntryCodec.decode(forged);
            } catch (MalformedEntryException refused) {
                assertTrue(refused.toString().length() < 200, where);
            } catch (RuntimeException | OutOfMemoryError e) {
                throw new AssertionError(where, e);
            }
        }
    }

    private static void assertBytes(String hex, Entry entry) {
        assertEquals(hex, HexFormat.of().formatHex(EntryCodec.encode(entry, 1)));
        assertEquals(entry, EntryCodec.decode(HexFormat.of().parseHex(hex)));
    }

    private static String zeros(int bytes) {
        return "00".repeat(bytes);
    }

    private static String fixed(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
