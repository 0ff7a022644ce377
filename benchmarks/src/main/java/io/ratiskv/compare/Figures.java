package io.ratiskv.compare;

/**
 * What one load of a few seconds came to. Immutable; NaN where it is not known.
 *
 * @param perSecond requests that were answered
 * @param p50Millis of the time a client waits; with a pipeline, of what redis-benchmark notes for each of its requests
 * @param cpuMicros of all processes of the store, user and system, for a request
 * @param diskBytes that they had written to disks, for a request
 * @param wireBytes over the loopback device for a request, between clients and nodes and between nodes
 */
record Figures(
        double perSecond,
        double p50Millis,
        double p99Millis,
        double p999Millis,
        double p9999Millis,
        double cpuMicros,
        double diskBytes,
        double wireBytes) {
    static Figures of(double perSecond, double p50Millis, double p99Millis) {
        return new Figures(perSecond, p50Millis, p99Millis, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    Figures with(double newCpuMicros, double newDiskBytes, double newWireBytes) {
        return new Figures(
                perSecond, p50Millis, p99Millis, p999Millis, p9999Millis, newCpuMicros, newDiskBytes, newWireBytes);
    }
}
