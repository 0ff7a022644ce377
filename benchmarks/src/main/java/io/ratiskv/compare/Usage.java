package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes have used so far, as Linux counts it (proc(5)). Immutable.
 *
 * @param cpuMicros user and system
 * @param diskBytes sent to the block layer
 * @param wireBytes received by the loopback device, of whomever
 */
record Usage(double cpuMicros, double diskBytes, double wireBytes) {
    /** {@code USER_HZ} is 100 on every platform that runs a JVM. */
    private static final double MICROS_PER_TICK = 10_000;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    static Usage of(List<Long> processes) throws IOException {
        double cpu = 0;
        double disk = 0;
        for (long pid : processes) {
            Path process = Path.of("/proc", Long.toString(pid));
            String stat = Files.readString(process.resolve("stat"));
            // The name of the program is in brackets and may hold blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            cpu += (Double.parseDouble(fields[USER_TICKS]) + Double.parseDouble(fields[SYSTEM_TICKS]))
                    * MICROS_PER_TICK;
            disk += number(Files.readString(process.resolve("io")), "write_bytes: ");
        }
        return new Usage(cpu, disk, number(Files.readString(Path.of("/proc/net/dev")), "lo:"));
    }

    /** What follows the name. */
    static double number(String text, String name) {
        String rest = text.substring(text.indexOf(name) + name.length()).strip();
        return Double.parseDouble(rest.split("\\s", 2)[0]);
    }

    /** The figures with what was used since {@code before}, for each of {@code requests}. */
    static Figures share(Figures figures, List<Long> processes, Usage before, double requests) throws IOException {
        Usage after = of(processes);
        double none = processes.isEmpty() ? Double.NaN : 1;
        return figures.with(
                none * (after.cpuMicros - before.cpuMicros) / requests,
                none * (after.diskBytes - before.diskBytes) / requests,
                (after.wireBytes - before.wireBytes) / requests);
    }
}
