package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream is what its naive twin is; where its chunks end follows Redis 7.2. */
class StreamValueTest {
    private final Epoch epoch = new Epoch();
    private Limits limits = Limits.STANDARD;

    // What the random changes are made of.
    private SplittableRandom random = new SplittableRandom(0);
    private StreamValue stream = StreamValue.empty(shapes());
    private final StreamTwin twin = new StreamTwin();
    private long nowMillis = 1_000;

    private Shapes shapes() {
        return new Shapes(epoch, new KeyedHash(1, 2), limits);
    }

    private StreamValue grown(int count, int nodeEntries) {
        limits = limits.with(Limit.STREAM_NODE_ENTRIES, nodeEntries);
        StreamValue grown = StreamValue.empty(shapes());
        for (int i = 1; i <= count; i++) {
            grown.add(id(i), words("item", "" + i), limits);
        }
        return grown;
    }

    @Test
    void whole_chunks_are_trimmed_where_redis_trims_whole_nodes() {
        assertEquals(400, grown(1_000, 100).trim(approximately(555, 0), References.KEPT));
        assertEquals(500, grown(1_000, 100).trim(approximately(500, 0), References.KEPT));
        assertEquals(0, grown(100, 100).trim(approximately(0, 10), References.KEPT));
        assertEquals(100, grown(100, 10).trim(approximately(0, 0), References.KEPT));
        assertEquals(30, grown(100, 10).trim(approximately(0, 30), References.KEPT));
        assertEquals(30, grown(100, 10).trim(approximately(0, 39), References.KEPT));
        assertEquals(990, grown(1_000, 10).trim(approximately(3, 0), References.KEPT));
        StreamTrim old = new StreamTrim(Long.MAX_VALUE, id(55), true, 0);
        assertEquals(50, grown(100, 10).trim(old, References.KEPT));
        assertEquals(50, grown(100, 10).trim(old, References.DROPPED));
        assertEquals(50, grown(100, 10).trim(old, References.RESPECTED));
    }

    @Test
    void a_deleted_entry_keeps_its_place_in_a_chunk() {
        StreamValue value = grown(95, 100);
        for (int i = 1; i <= 90; i++) {
            value.remove(id(i));
        }
        assertEquals(1, value.nodes());
        for (int i = 96; i <= 101; i++) {
            value.add(id(i), words("f", "v"), limits);
        }
        assertEquals(2, value.nodes());
        assertEquals(10, value.trim(approximately(1, 0), References.KEPT));
        assertEquals(1, value.size());
    }

    @Test
    void a_chunk_is_as_large_as_a_node_of_redis() {
        limits = limits.with(Limit.STREAM_NODE_ENTRIES, 0);
        StreamValue value = StreamValue.empty(shapes());
        for (int i = 1; value.nodes() < 2; i++) {
            value.add(id(i), words("field", "x".repeat(100)), limits);
        }
        // The head: 6 bytes of frame, count, deleted, one field of 5, end. Each entry: flags, two parts of the id, 100
        // letters and how many there were, 2 + 2 (or 3) + 2 + 103 + 2 bytes. The next begins a node from 4096 on.
        assertEquals(37, value.size());
        limits = limits.with(Limit.STREAM_NODE_BYTES, 1);
        value.add(id(100), words("f", "v"), limits);
        value.add(id(101), words("f", "v"), limits);
        assertEquals(4, value.nodes());
    }

    @Test
    void an_entry_may_be_of_any_size_and_ids_of_any_distance() {
        StreamValue value = StreamValue.empty(shapes());
        Map<StreamId, List<Bytes>> expected = new LinkedHashMap<>();
        long[] ids = {0, 1, 0, -1, 1, 0, 1, -1, 2, 5, Long.MAX_VALUE, -1, Long.MIN_VALUE, 0, -1, -1};
        for (int i = 0; i < ids.length; i += 2) {
            StreamId id = new StreamId(ids[i], ids[i + 1]);
            List<Bytes> words = words("f", "x".repeat(i * 20_000), "", "\u0000");
            expected.put(id, words);
            value.add(id, words, limits);
        }
        Map<StreamId, List<Bytes>> found = new LinkedHashMap<>();
        value.ascending(StreamId.MIN, StreamId.MAX).forEachRemaining(entry -> found.put(entry.id(), words(entry)));
        assertEquals(expected, found);
        assertEquals(told(value), told(rebuilt(value)));
    }

    @Test
    void what_cannot_be_a_stream_is_not_restored() {
        StreamValue value = grown(3, 2);
        List<Object[]> nodes = new ArrayList<>();
        value.forEachNode((id, bytes, lastPlace, places, packed) ->
                nodes.add(new Object[] {id, bytes, lastPlace, places, packed}));
        assertRefused(nodes.reversed());
        assertRefused(List.of(nodes.get(0), nodes.get(0)));
        for (int cut = 1; cut < 6; cut++) {
            Object[] node = nodes.get(0).clone();
            Bytes bytes = (Bytes) node[1];
            node[1] = bytes.slice(0, bytes.length() - cut);
            assertRefused(List.<Object[]>of(node));
        }
        Object[] crowded = nodes.get(0).clone();
        crowded[3] = 1;
        assertRefused(List.<Object[]>of(crowded));
        StreamBuilder ofNobody = new StreamBuilder(shapes());
        assertThrows(IllegalArgumentException.class, () -> ofNobody.pending(id(1), 0, 0, 1));
    }

    private void assertRefused(List<Object[]> nodes) {
        assertThrows(IllegalArgumentException.class, () -> {
            StreamBuilder builder = new StreamBuilder(shapes());
            for (Object[] node : nodes) {
                builder.node((StreamId) node[0], (Bytes) node[1], (StreamId) node[2], (int) node[3], (long) node[4]);
            }
            builder.build(id(9), 9, StreamId.MIN);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void a_stream_is_what_its_twin_is(long seed) {
        random = new SplittableRandom(seed);
        limits = limits.with(Limit.STREAM_NODE_ENTRIES, random.nextInt(1, 9))
                .with(Limit.STREAM_NODE_BYTES, random.nextInt(60, 400));
        stream = StreamValue.empty(shapes());
        Map<StreamValue, String> older = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            String where = "seed " + seed + ", step " + i;
            stream = stream.writable();
            nowMillis += random.nextInt(3);
            change(where);
            look(where);
            if (random.nextInt(100) == 0) {
                String told = told(stream);
                assertEquals(twin.told(), told, where);
                StreamValue again = rebuilt(stream);
                assertEquals(told, told(again), where);
                assertEquals(stream.cost(), again.cost(), where);
                assertEquals(stream.nodes(), again.nodes(), where);
                older.put(stream, told);
                epoch.raise();
                // What was read from a snapshot goes on like what was written to it.
                stream = random.nextBoolean() ? again : stream;
            }
        }
        assertTrue(twin.entriesAdded > 500);
        older.forEach((value, told) -> assertEquals(told, told(value), "seed " + seed));
    }

    private void change(String where) {
        int choice = random.nextInt(100);
        if (choice < 40) {
            StreamId id = after(twin.lastId);
            List<Bytes> words = someWords();
            stream.add(id, words, limits);
            twin.add(id, words);
        } else if (choice < 50) {
            StreamId id = someId();
            assertEquals(twin.remove(id), stream.remove(id), where);
        } else if (choice < 54) {
            trim(where);
        } else if (choice < 56) {
            StreamId id = someId();
            assertEquals(twin.forget(id), stream.forget(id), where);
        } else if (choice < 60 || twin.groups.isEmpty()) {
            changeGroups();
        } else {
            changeGroup(some(List.copyOf(twin.groups.keySet())), where);
        }
    }

    private void trim(String where) {
        References references = some(List.of(References.values()));
        long sizeMax = Math.max(0, stream.size() - random.nextInt(-2, 12));
        boolean approximately = random.nextInt(3) == 0;
        long removedMax = approximately && random.nextBoolean() ? random.nextInt(20) : 0;
        StreamTrim trim = random.nextBoolean()
                ? new StreamTrim(sizeMax, StreamId.MIN, approximately, removedMax)
                : new StreamTrim(Long.MAX_VALUE, someId(), approximately, removedMax);
        List<StreamId> exactly = twin.trimmed(trim, references);
        long removed = stream.trim(trim, references);
        if (approximately) {
            List<StreamId> gone = twin.entries.keySet().stream()
                    .filter(id -> stream.entry(id) == null)
                    .toList();
            assertEquals(gone.size(), removed, where);
            assertTrue(exactly.containsAll(gone), where);
            assertTrue(removedMax == 0 || removed <= removedMax, where);
            twin.remove(gone, references);
        } else {
            assertEquals(exactly.size(), removed, where);
            twin.remove(exactly, references);
        }
    }

    private void changeGroups() {
        String name = some(List.of("", "g", "h"));
        StreamTwin.Group group = twin.groups.remove(name);
        if (group == null) {
            group = new StreamTwin.Group();
            group.lastDelivered = someId();
            twin.groups.put(name, group);
            stream.addGroup(Bytes.of(name), group.lastDelivered, StreamGroup.UNKNOWN);
        } else if (random.nextInt(8) == 0) {
            stream.removeGroup(group(name));
        } else {
            group.lastDelivered = someId();
            twin.groups.put(name, group);
            stream.moveGroup(Bytes.of(name), group.lastDelivered, StreamGroup.UNKNOWN);
        }
    }

    private void changeGroup(String name, String where) {
        StreamTwin.Group group = twin.group(name);
        Bytes key = Bytes.of(name);
        String consumerName = some(List.of("a", "b", "c"));
        Bytes consumer = Bytes.of(consumerName);
        if (!group.consumers.containsKey(consumerName)) {
            assertTrue(stream.addConsumer(key, consumer, nowMillis), where);
            group.consumers.put(consumerName, new long[] {nowMillis, StreamConsumer.NEVER});
        }
        List<StreamId> ids = List.of(someId(), pendingId(group), pendingId(group), pendingId(group));
        long count = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(1, 6);
        long idleMillis = random.nextInt(20);
        long deliveries = some(List.of(StreamClaim.ONE_MORE, StreamClaim.AS_OFTEN, 7L));
        StreamClaim claim = new StreamClaim(idleMillis, nowMillis - idleMillis, deliveries, random.nextBoolean());
        switch (random.nextInt(10)) {
            case 0 -> {
                if (random.nextInt(4) == 0) {
                    stream.removeConsumer(key, consumer);
                    group.consumers.remove(consumerName);
                    group.pending.values().removeIf(pending -> consumerName.equals(pending.consumer));
                }
            }
            case 1 -> {
                stream.see(key, consumer, nowMillis);
                Objects.requireNonNull(group.consumers.get(consumerName))[0] = nowMillis;
            }
            case 2, 3, 4 -> {
                boolean acknowledged = random.nextInt(4) == 0;
                List<StreamEntry> entries = stream.deliver(key, consumer, count, acknowledged, nowMillis);
                assertEquals(twin.deliver(name, consumerName, count, acknowledged, nowMillis), ids(entries), where);
            }
            case 5 -> {
                StreamId after = someId();
                List<String> again = new ArrayList<>();
                for (StreamDelivery delivery : stream.deliverAgain(key, consumer, after, count, nowMillis)) {
                    again.add((delivery.entry() == null ? "-" : "") + delivery.id());
                }
                assertEquals(twin.deliverAgain(name, consumerName, after, count, nowMillis), again, where);
            }
            case 6 -> assertEquals(twin.acknowledge(name, ids), stream.acknowledge(key, ids), where);
            case 7 -> {
                List<StreamEntry> entries = stream.claim(key, consumer, ids, claim, nowMillis);
                assertEquals(twin.claim(name, consumerName, ids, claim, nowMillis), ids(entries), where);
            }
            case 8 -> {
                StreamId from = someId();
                StreamClaim unforced = new StreamClaim(idleMillis, nowMillis, deliveries, false);
                StreamSweep sweep = stream.sweep(key, consumer, from, count, 10, unforced, nowMillis);
                String told = sweep.next() + " " + ids(sweep.claimed()) + " " + sweep.vanished();
                assertEquals(twin.sweep(name, consumerName, from, count, 10, unforced, nowMillis), told, where);
            }
            default -> {
                StreamRelease release = new StreamRelease(
                        some(List.of(StreamRelease.Effect.values())), random.nextInt(-2, 3), random.nextBoolean());
                assertEquals(twin.release(name, ids, release), stream.release(key, ids, release), where);
            }
        }
    }

    private void look(String where) {
        assertEquals(twin.entries.size(), stream.size(), where);
        assertEquals(twin.entries.isEmpty() ? null : twin.entries.firstKey(), idOf(stream.first()), where);
        assertEquals(twin.entries.isEmpty() ? null : twin.entries.lastKey(), idOf(stream.last()), where);
        StreamId one = someId();
        StreamId other = someId();
        assertEquals(twin.isNeeded(one), stream.isNeeded(one), where);
        StreamEntry entry = stream.entry(one);
        assertEquals(twin.entries.get(one), entry == null ? null : words(entry), where);
        if (random.nextInt(10) == 0) {
            List<StreamId> expected = one.isAfter(other)
                    ? List.of()
                    : List.copyOf(twin.entries.subMap(one, true, other, true).keySet());
            assertEquals(expected, ids(all(stream.ascending(one, other))), where);
            assertEquals(expected.reversed(), ids(all(stream.descending(one, other))), where);
        }
    }

    private StreamId after(StreamId last) {
        return switch (random.nextInt(6)) {
            case 0 -> new StreamId(last.millis() + random.nextInt(1, 300), random.nextInt(1_000_000));
            case 1 -> new StreamId(last.millis() + 1, random.nextInt(3));
            case 2 -> new StreamId(last.millis(), last.sequence() + random.nextInt(1, 200));
            default -> new StreamId(last.millis(), last.sequence() + 1);
        };
    }

    private StreamId someId() {
        int choice = random.nextInt(10);
        if (choice == 0 || twin.entries.isEmpty()) {
            return choice < 5 ? StreamId.MIN : twin.lastId;
        }
        long back = twin.lastId.millis()
                - Objects.requireNonNull(twin.entries.firstKey()).millis();
        StreamId near = new StreamId(twin.lastId.millis() - random.nextLong(back + 1), random.nextInt(50));
        StreamId there = twin.entries.ceilingKey(near);
        return choice < 8 && there != null ? there : near;
    }

    private StreamId pendingId(StreamTwin.Group group) {
        return group.pending.isEmpty() ? someId() : some(List.copyOf(group.pending.keySet()));
    }

    private List<Bytes> someWords() {
        if (random.nextBoolean()) {
            return words("f", "" + random.nextInt(1_000));
        }
        List<Bytes> words = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            words.add(Bytes.of(some(List.of("f", "g", "", "longer"))));
            words.add(Bytes.of("x".repeat(random.nextInt(20))));
        }
        return words;
    }

    private <T> T some(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private StreamGroup group(String name) {
        return Objects.requireNonNull(stream.group(Bytes.of(name)));
    }

    private static @Nullable StreamId idOf(@Nullable StreamEntry entry) {
        return entry == null ? null : entry.id();
    }

    private StreamValue rebuilt(StreamValue value) {
        StreamBuilder builder = new StreamBuilder(shapes());
        value.forEachNode(builder::node);
        for (StreamGroup group : value.groups()) {
            List<Bytes> names = new ArrayList<>();
            for (StreamConsumer consumer : group.consumers()) {
                names.add(consumer.name());
                builder.consumer(consumer.name(), consumer.seenAtMillis(), consumer.activeAtMillis());
            }
            for (Iterator<PendingEntry> all = group.pendingFrom(StreamId.MIN); all.hasNext(); ) {
                PendingEntry each = all.next();
                int consumer = each.consumer() == null ? -1 : names.indexOf(each.consumer());
                builder.pending(each.id(), consumer, each.deliveredAtMillis(), each.deliveries());
            }
            builder.group(group.name(), group.lastDelivered(), group.entriesRead());
        }
        ProducedIds produced = value.producedIds();
        produced.all().forEach(each -> builder.produced(each.producer(), each.id(), each.entry(), each.atMillis()));
        builder.producedIds(produced.durationMillis(), produced.countMax(), produced.added(), produced.duplicates());
        return builder.build(value.lastId(), value.entriesAdded(), value.maxDeletedId());
    }

    @Test
    void ids_of_producers_are_kept_for_a_time_and_no_more_than_a_number_of_each() {
        SplittableRandom seeded = new SplittableRandom(3);
        StreamValue value = StreamValue.empty(shapes());
        value.configureProduced(50, 5);
        Map<String, Map<String, Long>> times = new TreeMap<>();
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            now += seeded.nextInt(4);
            value = value.writable();
            String producer = "p" + seeded.nextInt(3);
            String id = "i" + seeded.nextInt(12);
            Map<String, Long> known = times.computeIfAbsent(producer, unused -> new LinkedHashMap<>());
            Long at = known.get(id);
            boolean expected = at != null && now - at <= 50;
            assertEquals(
                    expected, value.producedIds().find(Bytes.of(producer), Bytes.of(id), now) != null, "step " + i);
            if (!expected) {
                known.remove(id);
                known.put(id, now);
                if (known.size() > 5) {
                    known.remove(known.keySet().iterator().next());
                }
                value.produced(Bytes.of(producer), Bytes.of(id), id(i + 1), now);
            }
            assertTrue(value.producedIds().size() <= 15);
            if (seeded.nextInt(50) == 0) {
                epoch.raise();
                assertEquals(value.cost(), rebuilt(value).cost());
            }
        }
        value = value.writable();
        value.configureProduced(50, 5);
        assertTrue(value.producedIds().size() > 0);
        value.configureProduced(50, 6);
        assertEquals(0, value.producedIds().size());
        assertNull(value.producedIds().find(Bytes.of("p0"), Bytes.of("i0"), now));
        assertEquals(StreamValue.empty(shapes()).cost(), value.cost());
    }

    @Test
    void an_entry_without_an_id_is_recognised_by_its_pairs_in_any_order() {
        Bytes id = ProducedIds.idOf(words("a", "1", "b", "2"));
        assertEquals(16, id.length());
        assertEquals(id, ProducedIds.idOf(words("b", "2", "a", "1")));
        assertTrue(!id.equals(ProducedIds.idOf(words("a", "2", "b", "1"))));
        assertTrue(!id.equals(ProducedIds.idOf(words("a", "1"))));
        assertTrue(!ProducedIds.idOf(words("a", "bc")).equals(ProducedIds.idOf(words("ab", "c"))));
    }

    private static StreamTrim approximately(long sizeMax, long removedMax) {
        return new StreamTrim(sizeMax, StreamId.MIN, true, removedMax);
    }

    private static StreamId id(long millis) {
        return new StreamId(millis, 0);
    }

    private static List<Bytes> words(String... words) {
        return java.util.Arrays.stream(words).map(Bytes::of).toList();
    }

    private static List<Bytes> words(StreamEntry entry) {
        List<Bytes> words = new ArrayList<>();
        entry.forEachWord(words::add);
        return words;
    }

    private static List<StreamEntry> all(Iterator<StreamEntry> entries) {
        List<StreamEntry> all = new ArrayList<>();
        entries.forEachRemaining(all::add);
        return all;
    }

    private static List<StreamId> ids(List<StreamEntry> entries) {
        return entries.stream().map(StreamEntry::id).toList();
    }

    private static String told(StreamValue value) {
        StringBuilder told = new StringBuilder();
        told.append(value.lastId())
                .append(' ')
                .append(value.entriesAdded())
                .append(' ')
                .append(value.maxDeletedId());
        all(value.ascending(StreamId.MIN, StreamId.MAX))
                .forEach(entry -> told.append('\n').append(entry.id()).append(words(entry)));
        for (StreamGroup group : value.groups()) {
            told.append("\ngroup ").append(group.name()).append(' ').append(group.lastDelivered());
            for (StreamConsumer consumer : group.consumers()) {
                List<StreamId> its = new ArrayList<>();
                consumer.pending(StreamId.MIN).forEachRemaining(pending -> its.add(pending.id()));
                assertEquals(its.size(), consumer.pendingCount());
                told.append('\n')
                        .append(consumer.name())
                        .append(' ')
                        .append(consumer.seenAtMillis())
                        .append(' ');
                told.append(consumer.activeAtMillis()).append(its);
            }
            int released = 0;
            for (Iterator<PendingEntry> all = group.pendingFrom(StreamId.MIN); all.hasNext(); ) {
                PendingEntry each = all.next();
                released += each.consumer() == null ? 1 : 0;
                told.append('\n').append(each.id()).append(each.consumer()).append('@');
                told.append(each.deliveredAtMillis()).append('x').append(each.deliveries());
            }
            assertEquals(released, group.releasedCount());
        }
        return told.toString();
    }
}
