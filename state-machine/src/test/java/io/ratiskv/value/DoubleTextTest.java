package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubleTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "3, 3",
        "-3, -3",
        "0.1, 0.1",
        "3.25, 3.25",
        "1e21, 1e+21",
        "1e17, 100000000000000000",
        "123456789e14, 1.23456789e+22",
        "12345678901234e7, 123456789012340000000",
        "-12345678901234e7, -123456789012340000000",
        "1.5e300, 1.5e+300",
        "1e-7, 1e-7",
        "1.5e-10, 1.5e-10",
        "0.000001, 0.000001",
        "123456.789, 123456.789",
        "Infinity, inf",
        "-Infinity, -inf",
        "NaN, nan",
        "0.30000000000000004, 0.30000000000000004",
        // As fpconv of Redis 7.2.5 prints them.
        "15.42157, 15.421569999999999",
        "-4.9911105725155504e135, -4.9911105725155504e+135",
        "1.0715660391465826e-75, 1.0715660391465826e-75",
        "4.9e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308"
    })
    void a_double_is_printed_as_redis_prints_a_score(double value, String text) {
        assertEquals(text, DoubleText.shortest(value));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "3, 3",
        "0.1, 0.10000000000000001",
        "-3.3, -3.2999999999999998",
        "1e21, 1e+21",
        "1e17, 1e+17",
        "1e16, 10000000000000000",
        "1.5e300, 1.5000000000000001e+300",
        "1e-7, 9.9999999999999995e-08",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "4.9e-324, 4.9406564584124654e-324",
        "Infinity, inf",
        "-Infinity, -inf"
    })
    void a_double_is_printed_as_c_prints_it_with_seventeen_digits(double value, String text) {
        assertEquals(text, DoubleText.precise(value));
    }

    @Test
    void what_is_printed_reads_back_as_the_same_number() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertEquals(value, Double.parseDouble(DoubleText.shortest(value)), "seed 7");
                assertEquals(value, Double.parseDouble(DoubleText.precise(value)), "seed 7");
            }
        }
    }
}
