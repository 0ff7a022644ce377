package io.ratiskv.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the processes of a store hold of the machine's memory (proc(5)). Immutable.
 *
 * @param now bytes in the process that holds most
 * @param most bytes that one of them ever held
 */
record Resident(String store, int processes, double now, double most) {
    private static final double KIB = 1024;

    static Resident of(Contestant store) throws IOException {
        double now = 0;
        double most = 0;
        for (long pid : store.nodes()) {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            now = Math.max(now, KIB * Usage.number(status, "VmRSS:"));
            most = Math.max(most, KIB * Usage.number(status, "VmHWM:"));
        }
        return new Resident(store.name(), store.nodes().size(), now, most);
    }
}
