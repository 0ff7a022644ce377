package io.ratiskv.value;

/**
 * A place on the earth, in degrees. Immutable; any thread.
 *
 * <p>Distances are those of Redis: haversine on a sphere, sines of {@link StrictMath} so that every replica measures the
 * same. Its score among the members of a sorted set is its {@link GeoCell} of the finest grid.
 */
public record GeoPosition(double longitude, double latitude) {
    public static final double LONGITUDE_MAX = 180;
    /** Beyond it the projection of web maps (EPSG:3857) is not square any more. */
    public static final double LATITUDE_MAX = 85.05112878;

    static final double EARTH_RADIUS_METRES = 6372797.560856;

    private static final double RADIANS_PER_DEGREE = Math.PI / 180.0;

    /** The place of a score, at the middle of its cell; of a score that stands for none, the next one there is. */
    public static GeoPosition ofScore(double score) {
        GeoCell.Area area = new GeoCell(unsigned(score), GeoCell.FINEST).area();
        double longitude = (area.longitudeMin() + area.longitudeMax()) / 2;
        double latitude = (area.latitudeMin() + area.latitudeMax()) / 2;
        return new GeoPosition(clamped(longitude, LONGITUDE_MAX), clamped(latitude, LATITUDE_MAX));
    }

    /** As a C compiler of x86-64 makes an unsigned integer of a double, whatever it is. */
    private static long unsigned(double score) {
        if (score < 0x1p63) {
            return score >= -0x1p63 ? (long) score : Long.MIN_VALUE;
        }
        return score < 0x1p64 ? (long) (score - 0x1p63) ^ Long.MIN_VALUE : 0;
    }

    private static double clamped(double degrees, double max) {
        return Math.max(-max, Math.min(max, degrees));
    }

    /** Whether there is such a place within the projection. */
    public boolean isValid() {
        return Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX;
    }

    public double score() {
        return (double) GeoCell.of(this, GeoCell.FINEST).bits();
    }

    /** In metres. */
    public double distanceTo(GeoPosition other) {
        double v = StrictMath.sin((radians(other.longitude) - radians(longitude)) / 2);
        if (v == 0) {
            return distanceToLatitude(other.latitude);
        }
        double from = radians(latitude);
        double to = radians(other.latitude);
        double u = StrictMath.sin((to - from) / 2);
        double a = u * u + StrictMath.cos(from) * StrictMath.cos(to) * v * v;
        return 2.0 * EARTH_RADIUS_METRES * StrictMath.asin(Math.sqrt(a));
    }

    /** In metres, along the meridian. */
    double distanceToLatitude(double other) {
        return EARTH_RADIUS_METRES * Math.abs(radians(other) - radians(latitude));
    }

    static double radians(double degrees) {
        return degrees * RADIANS_PER_DEGREE;
    }

    static double degrees(double radians) {
        return radians / RADIANS_PER_DEGREE;
    }

    /** The geohash of eleven letters, of which the last carries nothing. */
    public String geohash() {
        long bits = GeoCell.interleaved(this, GeoCell.FINEST, /* latitudeMax= */ 90);
        String alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
        StringBuilder letters = new StringBuilder(11);
        for (int shift = 2 * GeoCell.FINEST - 5; shift > 0; shift -= 5) {
            letters.append(alphabet.charAt((int) (bits >>> shift) & 31));
        }
        return letters.append('0').toString();
    }
}
