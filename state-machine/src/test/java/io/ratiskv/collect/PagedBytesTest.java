package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PagedBytesTest {
    private static final KeyedHash HASH = new KeyedHash(1, 2);

    @Test
    void they_equal_an_array_whatever_is_done_to_them() {
        for (long seed = 1; seed <= 4; seed++) compareWithTwin(seed);
    }

    private static void compareWithTwin(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Epoch epoch = new Epoch();
        PagedBytes bytes = new PagedBytes(epoch);
        byte[] twin = {};
        List<PagedBytes> views = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            String where = "seed " + seed + ", step " + step;
            Bytes written = written(random);
            int offset = random.nextInt(3) > 0
                    ? random.nextInt(twin.length + 1)
                    : Math.min(twin.length + random.nextInt(100_000), 3 << 20);
            switch (random.nextInt(20)) {
                case 0 -> {
                    views.add(bytes);
                    contents.add(twin.clone());
                    epoch.raise();
                }
                case 1 -> {
                    bytes = bytes.writable();
                    bytes.grow(offset);
                    twin = Arrays.copyOf(twin, Math.max(twin.length, offset));
                }
                case 2, 3, 4, 5, 6 -> {
                    bytes = bytes.writable();
                    bytes.write(bytes.length(), written);
                    twin = put(twin, twin.length, written);
                }
                default -> {
                    bytes = bytes.writable();
                    bytes.write(offset, written);
                    twin = put(twin, offset, written);
                }
            }
            assertEquals(twin.length, bytes.length(), where);
            int from = random.nextInt(twin.length + 1);
            int to = Math.min(twin.length, from + random.nextInt(20_000));
            assertEquals(Bytes.wrap(twin, from, to - from), bytes.slice(from, to - from), where);
            if (from < twin.length) {
                assertEquals(twin[from], bytes.at(from), where);
            }
        }
        views.add(bytes);
        contents.add(twin);
        for (int i = 0; i < views.size(); i++) {
            byte[] content = contents.get(i);
            assertArrayEquals(content, views.get(i).copy(0, content.length), "seed " + seed + ", view " + i);
            assertEquals(
                    HASH.hash(content, 0, content.length), HASH.hash(views.get(i)), "seed " + seed + ", view " + i);
        }
    }

    private static Bytes written(SplittableRandom random) {
        byte[] written = new byte[random.nextInt(10) == 0 ? random.nextInt(10_000) : random.nextInt(40)];
        if (random.nextInt(4) > 0) {
            random.nextBytes(written);
        }
        int from = random.nextInt(written.length + 1);
        return Bytes.wrap(written, from, written.length - from);
    }

    private static byte[] put(byte[] twin, int offset, Bytes written) {
        byte[] grown = Arrays.copyOf(twin, Math.max(twin.length, offset + written.length()));
        written.copyTo(grown, offset);
        return grown;
    }

    @Test
    void a_page_is_told_as_far_as_it_was_written() {
        PagedBytes bytes = new PagedBytes(new Epoch());
        bytes.grow(1 << 29);
        assertEquals(1 << 17, bytes.pageCount());
        assertEquals(Bytes.EMPTY, bytes.page(77_777));
        bytes.write(5 * Pages.PAGE_BYTES + 3, Bytes.of("x"));
        assertEquals(Pages.PAGE_BYTES / 8, bytes.page(5).length());
        assertEquals('x', bytes.page(5).at(3));
        bytes.write(6 * Pages.PAGE_BYTES - 1, Bytes.of("yz"));
        assertEquals(Pages.PAGE_BYTES, bytes.page(5).length());
        assertEquals('z', bytes.at(6 * Pages.PAGE_BYTES));
    }

    @Test
    void zeros_make_no_page() {
        PagedBytes bytes = new PagedBytes(new Epoch());
        bytes.write(1_000_000, Bytes.wrap(new byte[2_000_000]));
        assertEquals(3_000_000, bytes.length());
        for (int i = 0; i < bytes.pageCount(); i++) {
            assertEquals(0, bytes.page(i).length());
        }
    }

    @Test
    void what_is_of_the_present_epoch_is_written_in_place() {
        Epoch epoch = new Epoch();
        PagedBytes bytes = new PagedBytes(epoch);
        bytes.write(0, Bytes.of("a"));
        assertSame(bytes, bytes.writable());
        byte[] page = bytes.page(0).array();
        bytes.write(1, Bytes.of("b"));
        assertSame(page, bytes.page(0).array());
        epoch.raise();
        PagedBytes next = bytes.writable();
        assertNotSame(bytes, next);
        next.write(1, Bytes.of("c"));
        assertEquals(Bytes.of("ab"), bytes.slice(0, 2));
        assertEquals(Bytes.of("ac"), next.slice(0, 2));
    }

    @Test
    void bytes_beyond_the_end_are_refused() {
        PagedBytes bytes = new PagedBytes(new Epoch());
        bytes.write(0, Bytes.of("abc"));
        assertEquals(0, bytes.at(3));
        assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(1, 3));
        assertThrows(ArithmeticException.class, () -> bytes.write(Integer.MAX_VALUE, Bytes.of("a")));
    }

    @Test
    void the_hash_of_pages_is_that_of_the_array() {
        SplittableRandom random = new SplittableRandom(5);
        for (int length = 0; length < 200; length++) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            assertEquals(HASH.hash(content, 0, length), HASH.hash(Pages.of(Bytes.wrap(content))), "length " + length);
            PagedBytes sparse = new PagedBytes(new Epoch());
            sparse.grow(3 * Pages.PAGE_BYTES + length);
            sparse.write(Pages.PAGE_BYTES + length, Bytes.of("x"));
            byte[] same = sparse.copy(0, sparse.length());
            assertEquals(HASH.hash(same, 0, same.length), HASH.hash(sparse), "length " + length);
        }
    }
}
