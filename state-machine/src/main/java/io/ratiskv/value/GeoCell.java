package io.ratiskv.value;

/**
 * A cell of one of 26 grids over the earth, each twice as fine as the one before. Immutable; any thread.
 *
 * <p>The bits of its number are, in turn, halvings of the longitude and of the latitude, the coarsest first (Morton
 * order): cells that share their first bits lie in one cell of a coarser grid, and their scores in one range.
 *
 * @param bits {@code 2 * step} of them
 * @param step the grid, 1 to {@link #FINEST}
 */
record GeoCell(long bits, int step) {
    /** A score of 52 bits is exact in a double. */
    static final int FINEST = 26;

    private static final long EVEN = 0x5555555555555555L;

    /** What a cell covers, in degrees. */
    record Area(double longitudeMin, double latitudeMin, double longitudeMax, double latitudeMax) {}

    static GeoCell of(GeoPosition position, int step) {
        return new GeoCell(interleaved(position, step, GeoPosition.LATITUDE_MAX), step);
    }

    static long interleaved(GeoPosition position, int step, double latitudeMax) {
        double longitude = (position.longitude() + GeoPosition.LONGITUDE_MAX) / (2 * GeoPosition.LONGITUDE_MAX);
        double latitude = (position.latitude() + latitudeMax) / (2 * latitudeMax);
        return spread((long) (latitude * (1L << step))) | spread((long) (longitude * (1L << step))) << 1;
    }

    Area area() {
        double longitudes = 2 * GeoPosition.LONGITUDE_MAX;
        double latitudes = 2 * GeoPosition.LATITUDE_MAX;
        long column = gathered(bits >>> 1);
        long row = gathered(bits);
        double cells = 1L << step;
        return new Area(
                -GeoPosition.LONGITUDE_MAX + column / cells * longitudes,
                -GeoPosition.LATITUDE_MAX + row / cells * latitudes,
                -GeoPosition.LONGITUDE_MAX + (column + 1 & 0xffffffffL) / cells * longitudes,
                -GeoPosition.LATITUDE_MAX + (row + 1 & 0xffffffffL) / cells * latitudes);
    }

    /** The cell so many columns east and rows north, -1 to 1 each; at the edge of the grid the one opposite. */
    GeoCell neighbour(int columns, int rows) {
        long within = -1L >>> (64 - 2 * step);
        long odd = bits & ~EVEN;
        long even = bits & EVEN;
        // The bits between those of a coordinate are set, or cleared, to let the carry through.
        long longitude = moved(odd, ~EVEN & within, EVEN & within, columns);
        long latitude = moved(even, EVEN & within, ~EVEN & within, rows);
        return new GeoCell(longitude | latitude, step);
    }

    private static long moved(long coordinate, long own, long between, int by) {
        if (by == 0) {
            return coordinate;
        }
        long moved = by > 0 ? coordinate + (between + 1) : (coordinate | between) - (between + 1);
        return moved & own;
    }

    /** The scores of the places within it. */
    ScoreRange scores() {
        int shift = 2 * (FINEST - step);
        return new ScoreRange((double) (bits << shift), false, (double) (bits + 1 << shift), true);
    }

    /** The lower 32 bits, each with a zero before it. */
    private static long spread(long value) {
        long spread = value & 0xffffffffL;
        spread = (spread | spread << 16) & 0x0000ffff0000ffffL;
        spread = (spread | spread << 8) & 0x00ff00ff00ff00ffL;
        spread = (spread | spread << 4) & 0x0f0f0f0f0f0f0f0fL;
        spread = (spread | spread << 2) & 0x3333333333333333L;
        return (spread | spread << 1) & EVEN;
    }

    /** Every second bit from the lowest on: the reverse of {@link #spread}. */
    private static long gathered(long value) {
        long gathered = value & EVEN;
        gathered = (gathered | gathered >>> 1) & 0x3333333333333333L;
        gathered = (gathered | gathered >>> 2) & 0x0f0f0f0f0f0f0f0fL;
        gathered = (gathered | gathered >>> 4) & 0x00ff00ff00ff00ffL;
        gathered = (gathered | gathered >>> 8) & 0x0000ffff0000ffffL;
        return (gathered | gathered >>> 16) & 0xffffffffL;
    }
}
