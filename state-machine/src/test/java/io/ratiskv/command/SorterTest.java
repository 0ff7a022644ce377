package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.api.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SorterTest {
    @Test
    void the_first_so_many_are_those_of_all_in_order() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int size = random.nextInt(random.nextBoolean() ? 20 : 9_000);
            int wanted = random.nextInt(random.nextBoolean() ? 12 : 9_000);
            boolean descending = random.nextBoolean();
            int different = 1 + random.nextInt(random.nextBoolean() ? 10 : 10_000);
            List<Integer> numbers =
                    random.ints(size, -different, different).boxed().toList();

            Sorter byNumber = Sorter.byNumber(descending, wanted);
            numbers.forEach(number -> byNumber.add(Bytes.of("" + number), number));
            Comparator<Integer> order = Comparator.naturalOrder();
            assertEquals(first(numbers, descending ? order.reversed() : order, wanted), text(byNumber), "seed " + seed);

            // Told apart by where they came, which must not matter.
            Sorter byText = Sorter.byText(descending, wanted);
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                byText.add(Bytes.of("" + i), word(numbers.get(i)));
                places.add(i);
            }
            Comparator<Integer> textual = Comparator.comparing(
                    place -> word(numbers.get(place)), Comparator.nullsFirst(Comparator.naturalOrder()));
            assertEquals(
                    first(places, descending ? textual.reversed() : textual, wanted), text(byText), "seed " + seed);
        }
    }

    private static @Nullable Bytes word(int number) {
        return number == 3 ? null : Bytes.of("" + number);
    }

    private static List<String> first(List<Integer> all, Comparator<Integer> order, int wanted) {
        return all.stream().sorted(order).limit(wanted).map(String::valueOf).toList();
    }

    private static List<String> text(Sorter sorter) {
        return sorter.sorted().stream().map(Bytes::utf8).toList();
    }
}
