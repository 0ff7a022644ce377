package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.BitOperation;
import io.ratiskv.api.Bytes;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.PagedBytes;
import io.ratiskv.collect.Pages;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BitsTest {
    private static final List<BitOperation> OPERATIONS = List.of(BitOperation.values());

    /** The twin: bit by bit. */
    private static boolean bit(byte[] bytes, long offset) {
        int index = (int) (offset / 8);
        return index < bytes.length && (bytes[index] >> (7 - offset % 8) & 1) == 1;
    }

    private record Case(byte[] bytes, List<Pages> shapes) {}

    /** Mostly zero, mostly one, or neither, over a few pages; in one array, and in pages with and without gaps. */
    private static Case draw(SplittableRandom random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(3 * Pages.PAGE_BYTES);
        byte[] bytes = new byte[length];
        switch (random.nextInt(3)) {
            case 0 -> sprinkle(bytes, random);
            case 1 -> {
                sprinkle(bytes, random);
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) ~bytes[i];
                }
            }
            default -> random.nextBytes(bytes);
        }
        byte[] around = new byte[length + 3];
        System.arraycopy(bytes, 0, around, 2, length);
        PagedBytes pages = new PagedBytes(new Epoch());
        pages.grow(length);
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                pages.write(i, Bytes.wrap(bytes, i, 1));
            }
        }
        return new Case(bytes, List.of(Pages.of(Bytes.wrap(around, 2, length)), pages));
    }

    private static void sprinkle(byte[] bytes, SplittableRandom random) {
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) (1 << random.nextInt(8));
        }
    }

    @Test
    void bits_are_counted_and_found_as_one_by_one() {
        long seed = 3;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 400; round++) {
            Case drawn = draw(random);
            byte[] bytes = drawn.bytes();
            long from = random.nextLong(8L * bytes.length + 1);
            long to = random.nextLong(from, 8L * bytes.length + 1);
            long count = 0;
            long firstSet = -1;
            long firstClear = -1;
            for (long at = to - 1; at >= from; at--) {
                if (bit(bytes, at)) {
                    count++;
                    firstSet = at;
                } else {
                    firstClear = at;
                }
            }
            for (Pages shape : drawn.shapes()) {
                String where = "seed " + seed + ", round " + round + ", " + from + " to " + to + " of " + bytes.length;
                assertEquals(count, Bits.count(shape, from, to), where);
                assertEquals(firstSet, Bits.find(shape, true, from, to), where);
                assertEquals(firstClear, Bits.find(shape, false, from, to), where);
            }
        }
    }

    @Test
    void a_field_is_read_and_replaced_as_bit_by_bit() {
        long seed = 4;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            Pages string = Pages.of(Bytes.wrap(bytes));
            int width = random.nextInt(1, 65);
            long offset = random.nextLong(8L * bytes.length + 20);
            BigInteger expected = BigInteger.ZERO;
            for (int i = 0; i < width; i++) {
                expected = expected.shiftLeft(1).or(bit(bytes, offset + i) ? BigInteger.ONE : BigInteger.ZERO);
            }
            String where = "seed " + seed + ", round " + round + ", " + width + " bits at " + offset;
            assertEquals(expected.longValue(), Bits.field(string, offset, width), where);
            BigInteger signed = expected.testBit(width - 1) ? expected.subtract(BigInteger.TWO.pow(width)) : expected;
            assertEquals(signed.longValueExact(), new BitField(true, width).read(string, offset), where);

            long value = random.nextLong();
            Bytes replaced = Bits.withField(string, offset, width, value);
            for (int i = 0; i < 8 * replaced.length(); i++) {
                long at = offset / 8 * 8 + i;
                boolean inside = at >= offset && at < offset + width;
                boolean wanted = inside ? (value >> (offset + width - 1 - at) & 1) == 1 : bit(bytes, at);
                assertEquals(wanted, bit(replaced.toByteArray(), i), where);
            }
        }
    }

    @Test
    void a_value_is_fitted_as_whole_numbers_are() {
        long seed = 5;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50_000; round++) {
            boolean isSigned = random.nextBoolean();
            BitField field = new BitField(isSigned, random.nextInt(1, isSigned ? 65 : 64));
            BigInteger modulus = BigInteger.TWO.pow(field.width());
            BigInteger min = isSigned ? modulus.shiftRight(1).negate() : BigInteger.ZERO;
            BigInteger max = (isSigned ? modulus.shiftRight(1) : modulus).subtract(BigInteger.ONE);
            long old = BigInteger.valueOf(random.nextLong() >> random.nextInt(64))
                    .mod(modulus)
                    .add(min)
                    .longValueExact();
            long amount = random.nextLong() >> random.nextInt(64);
            BigInteger sum = BigInteger.valueOf(old).add(BigInteger.valueOf(amount));
            BigInteger wrapped = sum.subtract(min).mod(modulus).add(min);
            boolean fits = wrapped.equals(sum);
            String where = "seed " + seed + ", round " + round + ", " + field + ": " + old + " + " + amount;
            assertEquals(
                    OptionalLong.of(wrapped.longValueExact()), field.fit(old, amount, BitField.Overflow.WRAP), where);
            assertEquals(
                    OptionalLong.of(sum.max(min).min(max).longValueExact()),
                    field.fit(old, amount, BitField.Overflow.SAT),
                    where);
            assertEquals(
                    fits ? OptionalLong.of(sum.longValueExact()) : OptionalLong.empty(),
                    field.fit(old, amount, BitField.Overflow.FAIL),
                    where);
        }
    }

    @Test
    void an_operation_combines_as_bit_by_bit() {
        long seed = 6;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100; round++) {
            BitOperation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
            List<byte[]> twins = new ArrayList<>();
            List<Pages> sources = new ArrayList<>();
            for (int i = operation == BitOperation.NOT ? 1 : random.nextInt(2, 5); i > 0; i--) {
                Case drawn = draw(random);
                twins.add(drawn.bytes());
                sources.add(drawn.shapes().get(random.nextInt(2)));
            }
            BitAlgebra algebra = new BitAlgebra(operation, sources);
            int length = twins.stream().mapToInt(twin -> twin.length).max().orElseThrow();
            assertEquals(length, algebra.length());
            for (int page = 0; page * Pages.PAGE_BYTES < length; page++) {
                int pageLength = Math.min(Pages.PAGE_BYTES, length - page * Pages.PAGE_BYTES);
                byte[] result = algebra.page(page, pageLength).toByteArray();
                assertEquals(pageLength, result.length);
                for (int i = 0; i < 8 * pageLength; i++) {
                    long at = 8L * page * Pages.PAGE_BYTES + i;
                    assertEquals(
                            expected(operation, twins, at),
                            bit(result, i),
                            "seed " + seed + ", round " + round + ", " + operation + " at " + at);
                }
            }
        }
    }

    private static boolean expected(BitOperation operation, List<byte[]> sources, long at) {
        boolean first = bit(sources.getFirst(), at);
        long others = sources.stream().skip(1).filter(source -> bit(source, at)).count();
        long all = others + (first ? 1 : 0);
        return switch (operation) {
            case AND -> all == sources.size();
            case OR -> all > 0;
            case XOR -> all % 2 == 1;
            case NOT -> !first;
            case DIFF -> first && others == 0;
            case DIFF1 -> !first && others > 0;
            case ANDOR -> first && others > 0;
            case ONE -> all == 1;
        };
    }
}
