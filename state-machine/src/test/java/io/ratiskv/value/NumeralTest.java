package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NumeralTest {
    @Test
    void an_integer_is_read_back_as_it_was_written() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertEquals(OptionalLong.of(value), Numeral.parseLong(Bytes.of(value)), "seed 1");
        }
        for (long value : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals(OptionalLong.of(value), Numeral.parseLong(Bytes.of(value)));
        }
    }

    @Test
    void whatever_is_read_as_an_integer_is_in_its_one_spelling() {
        SplittableRandom random = new SplittableRandom(2);
        String letters = "-+0019 .x";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder word = new StringBuilder();
            for (int length = random.nextInt(22); length > 0; length--) {
                word.append(letters.charAt(random.nextInt(letters.length())));
            }
            OptionalLong value = Numeral.parseLong(Bytes.of(word.toString()));
            value.ifPresent(number -> assertEquals(word.toString(), Long.toString(number), "seed 2"));
        }
    }

    @Test
    void an_integer_beyond_64_bits_is_none() {
        for (String word : List.of(
                "9223372036854775808", "-9223372036854775809", "99999999999999999999", "18446744073709551616")) {
            assertEquals(OptionalLong.empty(), Numeral.parseLong(Bytes.of(word)), word);
        }
    }

    @Test
    void a_slice_is_read_without_its_neighbours() {
        Bytes slice = Bytes.of("12345").slice(1, 3);
        assertEquals(OptionalLong.of(234), Numeral.parseLong(slice));
        assertEquals(OptionalDouble.of(234), Numeral.parseDouble(slice));
    }

    @Test
    void a_decimal_number_is_read_as_c_reads_it() {
        assertEquals(OptionalDouble.of(0.5), Numeral.parseDouble(Bytes.of(".5")));
        assertEquals(OptionalDouble.of(5), Numeral.parseDouble(Bytes.of("+5.")));
        assertEquals(OptionalDouble.of(-1500), Numeral.parseDouble(Bytes.of("-1.5E+3")));
        assertEquals(OptionalDouble.of(0), Numeral.parseDouble(Bytes.of("0e-999999999999")));
        assertEquals(OptionalDouble.of(Double.POSITIVE_INFINITY), Numeral.parseDouble(Bytes.of("+inf")));
        assertEquals(OptionalDouble.of(Double.NEGATIVE_INFINITY), Numeral.parseDouble(Bytes.of("-Infinity")));
    }

    @Test
    void a_hexadecimal_number_is_read_as_c_reads_it() {
        assertEquals(OptionalDouble.of(8), Numeral.parseDouble(Bytes.of("0x1p3")));
        assertEquals(OptionalDouble.of(-16), Numeral.parseDouble(Bytes.of("-0X10")));
        assertEquals(OptionalDouble.of(1.5), Numeral.parseDouble(Bytes.of("0x.cP1")));
        assertEquals(OptionalDouble.of(14), Numeral.parseDouble(Bytes.of("0xe.")));
        assertTrue(Numeral.parseDouble(Bytes.of("0x1p9999")).isEmpty());
        assertTrue(Numeral.parseDouble(Bytes.of("0xep-9999")).isEmpty());
    }

    @Test
    void a_bound_is_read_as_c_reads_a_string() {
        assertEquals(OptionalDouble.of(0), Numeral.parseBound(Bytes.of("")));
        assertEquals(OptionalDouble.of(1), Numeral.parseBound(Bytes.of(" \t1")));
        assertEquals(OptionalDouble.of(1), Numeral.parseBound(Bytes.of("1\u0000x")));
        assertEquals(OptionalDouble.of(Double.NEGATIVE_INFINITY), Numeral.parseBound(Bytes.of("-1e999")));
        assertEquals(OptionalDouble.of(0), Numeral.parseBound(Bytes.of("1e-999")));
        for (String word : List.of(" ", "1 ", "(1", "nan", "x")) {
            assertTrue(Numeral.parseBound(Bytes.of(word)).isEmpty(), word);
        }
    }

    @Test
    void what_c_would_not_read_to_its_end_is_no_number() {
        for (String word : List.of(
                "", ".", "-", "+", "e5", "1e", "1e+", "1.5.", "1,5", " 1", "1 ", "nan", "infin", "1f", "1d", "0x",
                "0x1p", "0xg", "1p3")) {
            assertTrue(Numeral.parseDouble(Bytes.of(word)).isEmpty(), word);
        }
    }

    @Test
    void what_a_double_cannot_hold_is_no_number() {
        for (String word : List.of("1e309", "-1e309", "1e-400", "0.001e-400", "1e99999999999999999999")) {
            assertTrue(Numeral.parseDouble(Bytes.of(word)).isEmpty(), word);
        }
    }
}
