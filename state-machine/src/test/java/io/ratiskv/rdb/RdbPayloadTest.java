package io.ratiskv.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.Joining;
import io.ratiskv.value.Limits;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.SortedSetBuilder;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamRelease;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RdbPayloadTest {
    private static final int TYPES = 6;

    private final Shapes shapes = new Shapes(new Epoch(), new KeyedHash(1, 2), Limits.STANDARD);

    /** A body with the version and checksum that belong to it. */
    private static Bytes sealed(byte[] body, int version) {
        ByteBuffer bytes = ByteBuffer.allocate(body.length + 10).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(body).putShort((short) version);
        bytes.putLong(Crc64.of(Bytes.wrap(bytes.array(), 0, body.length + 2)));
        return Bytes.wrap(bytes.array());
    }

    private static byte[] body(Bytes payload) {
        return payload.slice(0, payload.length() - 10).toByteArray();
    }

    private RdbPayload.Content read(Bytes payload) throws PayloadException {
        RdbPayload opened = RdbPayload.open(payload);
        assertNotNull(opened);
        return opened.read(shapes);
    }

    @Test
    void the_checksum_is_that_of_jones() {
        assertEquals(0xe9c6d914c4b8d9caL, Crc64.of(Bytes.of("123456789")));
        SplittableRandom random = new SplittableRandom(1);
        byte[] bytes = new byte[100];
        random.nextBytes(bytes);
        for (int from = 0; from < 20; from++) {
            for (int to = from; to <= bytes.length; to++) {
                long crc = 0;
                for (int i = from; i < to; i++) {
                    crc ^= bytes[i] & 0xff;
                    for (int bit = 0; bit < 8; bit++) {
                        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x95ac9329ac4bc9b5L;
                    }
                }
                assertEquals(crc, Crc64.of(Bytes.wrap(bytes, from, to - from)));
            }
        }
    }

    @Test
    void what_is_written_is_read_again() throws PayloadException {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int type = 0; type < TYPES; type++) {
                Value value = draw(type, random);
                Bytes payload = RdbWriter.write(value, 0, Integer.MAX_VALUE);
                assertNotNull(payload);
                Value again =
                        assertInstanceOf(RdbPayload.Other.class, read(payload)).value();
                assertEquals(value.type(), again.type());
                assertEquals(value.encoding(), again.encoding(), "seed " + seed);
                assertEquals(value.cost(), again.cost(), "seed " + seed);
                assertEquals(payload, RdbWriter.write(again, 0, Integer.MAX_VALUE), "seed " + seed);
            }
            Bytes string = text(random);
            Bytes payload = RdbWriter.write(string);
            assertEquals(
                    string,
                    assertInstanceOf(RdbPayload.Text.class, read(payload)).string());
        }
    }

    private Value draw(int type, SplittableRandom random) {
        return draw(type, 1 + random.nextInt(random.nextInt(3) == 0 ? 800 : 20), random);
    }

    private Value draw(int type, int size, SplittableRandom random) {
        boolean integers = random.nextBoolean();
        List<Bytes> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(integers ? Bytes.of(random.nextLong() >> random.nextInt(64)) : text(random));
        }
        return switch (type) {
            case 0 -> ListValue.empty().push(ListEnd.TAIL, texts, shapes);
            case 1 -> {
                SetValue set = SetValue.empty(texts.getFirst(), texts.size(), shapes);
                for (Bytes text : texts) {
                    set = set.add(text, shapes);
                }
                yield set;
            }
            case 2 -> {
                HashValue hash = HashValue.empty();
                for (Bytes text : texts) {
                    hash = hash.put(text, text(random), shapes);
                }
                yield hash;
            }
            case 3 -> {
                HashValue hash = HashValue.empty();
                for (Bytes text : texts) {
                    hash = hash.put(text, text(random), shapes);
                    if (random.nextInt(3) > 0) {
                        hash = hash.withDeadline(text, 1 + (random.nextLong() >>> 16 + random.nextInt(48)), shapes);
                    }
                }
                yield hash.withDeadline(texts.getFirst(), 5, shapes);
            }
            case 4 -> stream(texts, random);
            default -> {
                SortedSetBuilder set = new SortedSetBuilder(shapes);
                for (Bytes text : texts) {
                    set.join(
                            text,
                            random.nextInt(9) == 0 ? Double.NEGATIVE_INFINITY : random.nextInt(),
                            Joining.GREATEST);
                }
                yield set.build();
            }
        };
    }

    private Value stream(List<Bytes> texts, SplittableRandom random) {
        StreamValue stream = StreamValue.empty(shapes);
        List<StreamId> ids = new ArrayList<>();
        StreamId id = new StreamId(random.nextLong(3), 0);
        for (Bytes text : texts) {
            id = random.nextBoolean() ? new StreamId(id.millis(), id.sequence() + 1) : new StreamId(id.millis() + 7, 1);
            Bytes field = Bytes.of("f" + random.nextInt(5) / 4);
            stream.add(id, List.of(field, text), shapes.limits());
            ids.add(id);
        }
        stream.addGroup(Bytes.of("idle"), id, StreamGroup.UNKNOWN);
        stream.addGroup(Bytes.EMPTY, StreamId.MIN, 0);
        for (int i = random.nextInt(5); i > 0; i--) {
            Bytes consumer = Bytes.of("c" + i);
            stream.addConsumer(Bytes.EMPTY, consumer, 1_000 + i);
            stream.deliver(Bytes.EMPTY, consumer, random.nextInt(texts.size()), /* acknowledged= */ false, 2_000 + i);
        }
        stream.acknowledge(Bytes.EMPTY, ids.subList(0, random.nextInt(ids.size())));
        stream.remove(ids.get(random.nextInt(ids.size())));
        return stream;
    }

    @Test
    void what_was_given_back_is_dumped_with_a_consumer_without_a_name() throws PayloadException {
        Bytes group = Bytes.of("g");
        Bytes consumer = Bytes.of("c");
        for (boolean hasOne : new boolean[] {false, true}) {
            StreamValue stream = StreamValue.empty(shapes);
            List<StreamId> ids = List.of(new StreamId(1, 0), new StreamId(2, 0), new StreamId(3, 0));
            ids.forEach(id -> stream.add(id, List.of(group, consumer), shapes.limits()));
            stream.addGroup(group, StreamId.MIN, 0);
            stream.addConsumer(group, consumer, 5);
            if (hasOne) {
                stream.addConsumer(group, Bytes.EMPTY, 5);
                stream.deliver(group, Bytes.EMPTY, 1, false, 5);
            }
            stream.deliver(group, consumer, 3, false, 6);
            stream.release(group, ids.subList(1, 2), new StreamRelease(StreamRelease.Effect.AS_OFTEN, -1, false));
            Bytes payload = RdbWriter.write(stream, 0, Integer.MAX_VALUE);
            assertNotNull(payload);
            StreamValue again = assertInstanceOf(
                    StreamValue.class,
                    assertInstanceOf(RdbPayload.Other.class, read(payload)).value());
            StreamGroup restored = again.group(group);
            assertNotNull(restored);
            assertEquals(2, restored.consumerCount());
            assertEquals(0, restored.releasedCount());
            PendingEntry entry = restored.pending(ids.get(1));
            assertNotNull(entry);
            assertEquals(Bytes.EMPTY, entry.consumer());
            assertEquals(1, entry.deliveries());
        }
    }

    private static Bytes text(SplittableRandom random) {
        byte[] text = new byte[random.nextInt(random.nextInt(20) == 0 ? 30_000 : 70)];
        random.nextBytes(text);
        return Bytes.wrap(text);
    }

    @Test
    void any_bytes_are_a_value_or_refused() throws PayloadException {
        List<byte[]> bodies = bodies();
        int values = 0;
        for (long seed = 1; seed <= 6_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] body = bodies.get(random.nextInt(bodies.size())).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(body.length);
                body[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) random.nextInt();
                    case 1 -> (byte) (body[at] ^ 1 << random.nextInt(8));
                    case 2 -> (byte) 0xff;
                    default -> (byte) (body[at] + 1);
                };
            }
            int length = random.nextInt(6) == 0 ? random.nextInt(body.length + 1) : body.length;
            byte[] cut = java.util.Arrays.copyOf(body, length);
            try {
                RdbPayload.Content content = read(sealed(cut, random.nextInt(13)));
                values++;
                if (content instanceof RdbPayload.Other other) {
                    assertNotNull(RdbWriter.write(other.value(), 0, Integer.MAX_VALUE));
                }
            } catch (PayloadException refusal) {
                assertNotNull(refusal.getMessage());
            }
        }
        assertTrue(values > 500, "values: " + values);
    }

    /** One of each form that a real Redis may send. */
    private List<byte[]> bodies() {
        List<byte[]> bodies = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(9);
        for (int type = 0; type < TYPES; type++) {
            for (int i = 0; i < 3; i++) {
                Bytes payload = RdbWriter.write(draw(type, 1 + i, random), 0, Integer.MAX_VALUE);
                assertNotNull(payload);
                bodies.add(body(payload));
            }
        }
        for (String body : List.of(
                "00c13930",
                "00c30628016161e01d00",
                "0f011000000000000000010000000000000000c3404a405716570000002300020104010101846461"
                        + "746105000103010020010381610204200a0001400a0062600a0002400a0063600a4022018164200a"
                        + "4039200a0065600a0005400a0066200a00ff02060002026731050004000000000000000100000000"
                        + "000000003ef783437a01000001000000000000000200000000000000003ef783437a010000010000"
                        + "00000000000400000000000000003ef783437a01000001000000000000000500000000000000003e"
                        + "f783437a0100000101036331313ef783437a01000004000000000000000100000000000000000000"
                        + "00000000000200000000000000000000000000000004000000000000000000000000000000050000"
                        + "00000000000002673200000000",
                "130110000000000000000100000000000000011d1d0000000a000101000101018166020001020100"
                        + "0100018176020401ff01010101010000010101670101010100000000000000010000000000000001"
                        + "f55a71c784010000010105416c696365f55a71c78401000001000000000000000100000000000000" + "01",
                "1201021717000000060081610281620281630201010201c12c02ff",
                "0b0e0200000003000000010002000300",
                "10121200000004008166028176028167020101ff",
                "1114140000000400816102010181620283322e3504ff",
                "0d161600000013000000040000016603017603016703f2ff",
                "090c0201660100760167010031ff",
                "0e02161600000012000000030000016103f070110105feffff4054540000000a000000010000"
                        + "4046626262626262626262626262626262626262626262626262626262626262626262626262"
                        + "62626262626262626262626262626262626262626262626262626262626262626262ff",
                "0303016203322e350161ff0163fe",
                "140f0f00000003008161028162020701ff",
                "18e8030000000000000201016101310001620132",
                "18e80300000000000002010161013181000009184e72a00001620132",
                "19e8030000000000001e1e00000006008161020101f4e803000000000000098162028178020001ff")) {
            bodies.add(HexFormat.of().parseHex(body));
        }
        return bodies;
    }

    @Test
    void each_of_those_forms_is_read_when_nothing_is_spoilt() throws PayloadException {
        for (byte[] body : bodies()) {
            read(sealed(body, 9));
        }
    }

    @Test
    void a_length_that_is_not_true_takes_no_memory() {
        for (String body : List.of(
                // Two thousand million elements, bytes, and decompressed bytes.
                "01807fffffff0161",
                "00807fffffff61",
                "00817fffffffffffffff61",
                "00c303807fffffff016161",
                "028180000000000000010161")) {
            assertThrows(
                    PayloadException.class, () -> read(sealed(HexFormat.of().parseHex(body), 9)), body);
        }
    }

    @Test
    void a_payload_that_would_be_too_long_is_none() {
        Value value = draw(0, new SplittableRandom(3));
        Bytes payload = RdbWriter.write(value, 0, Integer.MAX_VALUE);
        assertNotNull(payload);
        assertEquals(payload, RdbWriter.write(value, 0, payload.length()));
        assertNull(RdbWriter.write(value, 0, payload.length() - 1L));
    }

    @Test
    void a_damaged_payload_is_none() {
        byte[] whole = RdbWriter.write(Bytes.of("some text")).toByteArray();
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            assertNull(RdbPayload.open(Bytes.wrap(damaged)));
        }
        for (int length = 0; length < whole.length; length++) {
            assertNull(RdbPayload.open(Bytes.wrap(whole, 0, length)));
        }
        assertNull(RdbPayload.open(sealed(new byte[] {0, 1, 'a'}, 13)));
        assertNotNull(RdbPayload.open(sealed(new byte[] {0, 1, 'a'}, 12)));
    }

    @Test
    void what_was_compressed_may_repeat_itself_while_it_is_written() throws PayloadException {
        byte[] bytes = {1, 'a', 'b', (byte) 0xe0, 1, 1, 0, 'c'};
        Bytes text = Lzf.decompress(Bytes.wrap(bytes), 13);
        assertArrayEquals(
                "abababababab".getBytes(StandardCharsets.US_ASCII),
                text.slice(0, 12).toByteArray());
        assertEquals('c', text.at(12));
        assertThrows(PayloadException.class, () -> Lzf.decompress(Bytes.wrap(bytes), 12));
        assertThrows(PayloadException.class, () -> Lzf.decompress(Bytes.wrap(bytes), 14));
        assertThrows(PayloadException.class, () -> Lzf.decompress(Bytes.wrap(new byte[] {0, 'a', 0x20, 1}), 4));
    }
}
