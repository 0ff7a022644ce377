package io.ratiskv.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What was measured, in the order in which it was. One thread. */
final class Comparison {
    /** One load. */
    record Row(Work work, String contestant, Figures figures) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<Resident> residents = new ArrayList<>();
    private final List<Footprint> footprints = new ArrayList<>();

    void add(Work work, Contestant contestant, Figures figures) {
        rows.add(new Row(work, contestant.name(), figures));
    }

    void add(Resident resident) {
        residents.add(resident);
    }

    void addAll(List<Footprint> measured) {
        footprints.addAll(measured);
    }

    List<Resident> residents() {
        return residents;
    }

    List<Footprint> footprints() {
        return footprints;
    }

    List<Row> rows() {
        return rows;
    }

    /** In the order of the first load of each. */
    Set<Work> works() {
        Set<Work> works = new LinkedHashSet<>();
        for (Row row : rows) works.add(row.work());
        return works;
    }

    Set<String> contestants() {
        Set<String> contestants = new LinkedHashSet<>();
        for (Row row : rows) contestants.add(row.contestant());
        return contestants;
    }

    /** Of all its repetitions; NaN if there is none that knows the figure. */
    double median(Work work, String contestant, ToDoubleFunction<Figures> figure) {
        double[] sorted = rows.stream()
                .filter(row -> row.work().equals(work) && row.contestant().equals(contestant))
                .map(Row::figures)
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) return Double.NaN;
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double rate(Work work, String contestant) {
        return median(work, contestant, Figures::perSecond);
    }

    /** Medians of the contestants that did the work. */
    Map<String, Double> rates(Work work) {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (String contestant : contestants()) {
            double rate = rate(work, contestant);
            if (!Double.isNaN(rate)) rates.put(contestant, rate);
        }
        return rates;
    }
}
