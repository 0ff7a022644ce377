package io.ratiskv.value;

import java.util.ArrayList;
import java.util.List;

/**
 * An area around a place, in which places are looked for. Immutable; any thread.
 *
 * <p>The cells that cover it, and the order in which they are looked through, are those of Redis: without an order of its
 * own a reply shows them.
 */
public sealed interface GeoShape permits GeoShape.Circle, GeoShape.Box {
    GeoPosition center();

    /** How many metres a unit of its size has. */
    double metresPerUnit();

    /** From the centre, in metres; NaN outside of the area. */
    double distance(GeoPosition place);

    /** In units. */
    double halfWidth();

    /** In units. */
    double halfHeight();

    /** The farthest within it from the centre, in units. */
    double reach();

    record Circle(GeoPosition center, double radius, double metresPerUnit) implements GeoShape {
        @Override
        public double distance(GeoPosition place) {
            double distance = center.distanceTo(place);
            return distance > radius * metresPerUnit ? Double.NaN : distance;
        }

        @Override
        public double halfWidth() {
            return radius;
        }

        @Override
        public double halfHeight() {
            return radius;
        }

        @Override
        public double reach() {
            return radius;
        }
    }

    record Box(GeoPosition center, double width, double height, double metresPerUnit) implements GeoShape {
        @Override
        public double distance(GeoPosition place) {
            if (place.distanceToLatitude(center.latitude()) > height * metresPerUnit / 2) {
                return Double.NaN;
            }
            GeoPosition sameLatitude = new GeoPosition(center.longitude(), place.latitude());
            if (place.distanceTo(sameLatitude) > width * metresPerUnit / 2) {
                return Double.NaN;
            }
            return center.distanceTo(place);
        }

        @Override
        public double halfWidth() {
            return width / 2;
        }

        @Override
        public double halfHeight() {
            return height / 2;
        }

        @Override
        public double reach() {
            return Math.sqrt(halfWidth() * halfWidth() + halfHeight() * halfHeight());
        }
    }

    /** Ranges of scores that hold all places within the area, and others, in the order to look through them. */
    default List<ScoreRange> scores() {
        GeoCell.Area bounds = bounds();
        int step = step();
        GeoCell cell = GeoCell.of(center(), step);
        if (step > 1 && !coversWithNeighbours(cell, bounds)) {
            step--;
            cell = GeoCell.of(center(), step);
        }
        GeoCell.Area area = cell.area();
        // Not the other way round: what is not a number bounds nothing.
        boolean all = step < 2;
        boolean north = all || !(area.latitudeMax() > bounds.latitudeMax());
        boolean south = all || !(area.latitudeMin() < bounds.latitudeMin());
        boolean east = all || !(area.longitudeMax() > bounds.longitudeMax());
        boolean west = all || !(area.longitudeMin() < bounds.longitudeMin());

        List<GeoCell> cells = new ArrayList<>(9);
        cells.add(cell);
        addIf(north, cell.neighbour(0, 1), cells);
        addIf(south, cell.neighbour(0, -1), cells);
        addIf(east, cell.neighbour(1, 0), cells);
        addIf(west, cell.neighbour(-1, 0), cells);
        addIf(north && east, cell.neighbour(1, 1), cells);
        addIf(north && west, cell.neighbour(-1, 1), cells);
        addIf(south && east, cell.neighbour(1, -1), cells);
        addIf(south && west, cell.neighbour(-1, -1), cells);
        return cells.stream().map(GeoCell::scores).toList();
    }

    /** In the coarsest grid the neighbours to both sides are one cell. */
    private static void addIf(boolean wanted, GeoCell cell, List<GeoCell> cells) {
        boolean again = cells.size() > 1 && cells.getLast().equals(cell);
        if (wanted && !again) {
            cells.add(cell);
        }
    }

    /** The grid whose cells are about as large as the area. */
    private int step() {
        double metres = reach() * metresPerUnit();
        if (metres == 0) {
            return GeoCell.FINEST;
        }
        // Half of the projection's width, and margin for most cases.
        int step = -1;
        for (; metres < 20037726.37; metres *= 2) {
            step++;
        }
        double latitude = Math.abs(center().latitude());
        step -= latitude > 80 ? 2 : latitude > 66 ? 1 : 0;
        return Math.max(1, Math.min(GeoCell.FINEST, step));
    }

    /** The area in degrees; it has the width that it has at the edge nearer to the pole. */
    private GeoCell.Area bounds() {
        double longitude = center().longitude();
        double latitude = center().latitude();
        double high = GeoPosition.degrees(metresPerUnit() * halfHeight() / GeoPosition.EARTH_RADIUS_METRES);
        double edge = latitude < 0 ? latitude - high : latitude + high;
        double wide = GeoPosition.degrees(metresPerUnit()
                * halfWidth()
                / GeoPosition.EARTH_RADIUS_METRES
                / StrictMath.cos(GeoPosition.radians(edge)));
        return new GeoCell.Area(longitude - wide, latitude - high, longitude + wide, latitude + high);
    }

    private static boolean coversWithNeighbours(GeoCell cell, GeoCell.Area bounds) {
        return !(cell.neighbour(0, 1).area().latitudeMax() < bounds.latitudeMax())
                && !(cell.neighbour(0, -1).area().latitudeMin() > bounds.latitudeMin())
                && !(cell.neighbour(1, 0).area().longitudeMax() < bounds.longitudeMax())
                && !(cell.neighbour(-1, 0).area().longitudeMin() > bounds.longitudeMin());
    }
}
