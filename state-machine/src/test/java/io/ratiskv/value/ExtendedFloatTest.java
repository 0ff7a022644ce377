package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ratiskv.api.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExtendedFloatTest {
    /** One unit in the last of 64 bits, for numbers in [1, 2). */
    private static final BigDecimal ULP = BigDecimal.ONE.divide(new BigDecimal(BigInteger.ONE.shiftLeft(63)));

    private static ExtendedFloat parse(String text) {
        ExtendedFloat value = ExtendedFloat.parse(Bytes.of(text));
        assertNotNull(value, text);
        return value;
    }

    private static String sum(String first, String second) {
        return parse(first).plus(parse(second)).format().utf8();
    }

    @Test
    void sums_of_short_decimals_are_what_people_expect() {
        assertEquals("0.3", sum("0.1", "0.2"));
        assertEquals("10.6", sum("10.5", "0.1"));
        assertEquals("5200", sum("5.0e3", "2.0e2"));
        assertEquals("0", sum("0.1", "-0.1"));
        assertEquals("0", sum("-1e-30", "0"));
    }

    @Test
    void a_number_is_rounded_to_64_bits_ties_to_even() {
        BigDecimal half = ULP.divide(BigDecimal.TWO);
        assertEquals(BigDecimal.ONE, exactly(BigDecimal.ONE.add(half)));
        assertEquals(
                BigDecimal.ONE.add(ULP.multiply(BigDecimal.TWO)).stripTrailingZeros(),
                exactly(BigDecimal.ONE.add(ULP).add(half)));
        assertEquals(BigDecimal.ONE.add(ULP), exactly(BigDecimal.ONE.add(half).add(new BigDecimal("1e-60"))));
        assertEquals(BigDecimal.ONE, exactly(BigDecimal.ONE.add(half).subtract(new BigDecimal("1e-60"))));
        assertEquals("18446744073709551616", sum("18446744073709551615", "0.5"));
        assertEquals("18446744073709551615", sum("18446744073709551615", "0.25"));
    }

    private static BigDecimal exactly(BigDecimal value) {
        BigDecimal rounded = new BigDecimal(parse(value.toPlainString()).toString()).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    @Test
    void a_number_is_off_by_half_a_unit_of_its_last_bit_at_most() {
        SplittableRandom random = new SplittableRandom(3);
        MathContext wide = new MathContext(60, RoundingMode.HALF_EVEN);
        for (int i = 0; i < 2_000; i++) {
            BigDecimal value = new BigDecimal(
                            new BigInteger(1 + random.nextInt(300), new java.util.Random(random.nextLong())))
                    .add(BigDecimal.ONE)
                    .scaleByPowerOfTen(random.nextInt(-200, 200));
            BigDecimal rounded = new BigDecimal(parse(value.toString()).toString());
            BigDecimal error = rounded.subtract(value).abs().divide(value, wide);
            assertFalse(error.compareTo(ULP.divide(BigDecimal.TWO)) > 0, "seed 3: " + value);
        }
    }

    @Test
    void rounding_again_changes_nothing() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 2_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                BigDecimal exact = new BigDecimal(value);
                assertEquals(
                        0,
                        exact.compareTo(new BigDecimal(parse(exact.toString()).toString())),
                        "seed 4");
            }
        }
    }

    @Test
    void what_is_out_of_range_is_no_number_and_a_sum_out_of_range_is_infinite() {
        assertNull(ExtendedFloat.parse(Bytes.of("1e4933")));
        assertNull(ExtendedFloat.parse(Bytes.of("1.2e4932")));
        assertNull(ExtendedFloat.parse(Bytes.of("1e-5000")));
        assertNull(ExtendedFloat.parse(Bytes.of("1e999999999999")));
        assertNull(ExtendedFloat.parse(Bytes.of("1".repeat(6000))));
        assertFalse(parse("1.1e4932").plus(parse("1.1e4932")).isFinite());
        assertFalse(parse("inf").plus(parse("-inf")).isFinite());
    }
}
