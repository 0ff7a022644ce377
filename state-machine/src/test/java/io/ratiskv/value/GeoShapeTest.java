package io.ratiskv.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked for around a place is what measuring every distance finds. */
class GeoShapeTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void the_ranges_of_scores_hold_every_place_within_once(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<GeoPosition> places = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            places.add(GeoPosition.ofScore(place(random, 179, 75).score()));
        }
        int found = 0;
        for (int i = 0; i < 300; i++) {
            // Not across the poles, which the projection does not hold.
            GeoPosition center = place(random, 150, 60);
            double kilometres = StrictMath.pow(10, random.nextDouble(2, 3.1));
            GeoShape shape = random.nextBoolean()
                    ? new GeoShape.Circle(center, kilometres, 1000)
                    : new GeoShape.Box(center, kilometres, kilometres * random.nextDouble(0.2, 2), 1000);
            List<ScoreRange> ranges = shape.scores();
            assertTrue(ranges.size() <= 9, "seed " + seed + ": " + shape);
            for (GeoPosition place : places) {
                double distance = shape.distance(place);
                double score = place.score();
                long holding = ranges.stream()
                        .filter(range -> range.reachesMin(score, new byte[0], 0, 0)
                                && range.staysWithinMax(score, new byte[0], 0, 0))
                        .count();
                assertTrue(holding <= 1, "seed " + seed + ": " + shape + " " + place);
                if (!Double.isNaN(distance)) {
                    assertEquals(1, holding, "seed " + seed + ": " + shape + " " + place);
                    assertEquals(center.distanceTo(place), distance);
                    found++;
                }
            }
        }
        assertTrue(found > 500, "seed " + seed + ": found " + found);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_place_keeps_to_its_cell_and_its_score(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            GeoPosition place = place(random, GeoPosition.LONGITUDE_MAX, GeoPosition.LATITUDE_MAX);
            GeoPosition middle = GeoPosition.ofScore(place.score());
            assertEquals(place.longitude(), middle.longitude(), 3e-6, "seed " + seed);
            assertEquals(place.latitude(), middle.latitude(), 2e-6, "seed " + seed);
            assertEquals(place.score(), middle.score(), "seed " + seed);
        }
    }

    @Test
    void neighbours_lead_back_and_round_the_earth() {
        SplittableRandom random = new SplittableRandom(5);
        for (int step = 1; step <= GeoCell.FINEST; step++) {
            GeoCell cell = GeoCell.of(place(random, 179, 80), step);
            assertEquals(cell, cell.neighbour(1, -1).neighbour(-1, 1));
            assertFalse(cell.equals(cell.neighbour(0, 1)));
            if (step <= 10) {
                GeoCell walked = cell;
                for (int i = 0; i < 1 << step; i++) {
                    walked = walked.neighbour(1, 0);
                }
                assertEquals(cell, walked);
            }
        }
    }

    private static GeoPosition place(SplittableRandom random, double longitudeMax, double latitudeMax) {
        return new GeoPosition(
                random.nextDouble(-longitudeMax, longitudeMax), random.nextDouble(-latitudeMax, latitudeMax));
    }
}
