package io.ratiskv.lab;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The clock and the disk that a node sees: the control of the library that is preloaded into it, {@code
 * src/main/c/faultshim.c}. What is set here holds for the node's next call, before and after a restart. Any thread.
 */
final class Shim {
    /** As many as there will be, until {@link #healDisk}. */
    static final int ALL = -1;

    // The layout of struct control.
    private static final int CLOCK_NANOS = 0;
    private static final int FAILING_WRITES = 8;
    private static final int FAILING_SYNCS = 12;
    private static final int TORN = 16;
    private static final int SYNC_DELAY_MILLIS = 20;
    private static final int STRUCK = 24;
    private static final int ONLY = 32;
    private static final int ONLY_BYTES = 32;
    private static final int BYTES = ONLY + ONLY_BYTES;

    private final Path library;
    private final Path file;
    private final MappedByteBuffer control;

    private Shim(Path library, Path file, MappedByteBuffer control) {
        this.library = library;
        this.file = file;
        this.control = control;
    }

    /** Where {@code fault-lab.sh} puts the library. */
    static Path library(Path home) {
        return home.resolve("benchmarks/target/faultshim.so");
    }

    static Shim create(Path library, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer control = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
            control.order(ByteOrder.nativeOrder());
            return new Shim(library, file, control);
        }
    }

    static boolean exists(Path home) {
        return Files.isRegularFile(library(home));
    }

    /** What a node is started with, whose data are in {@code data}. */
    Map<String, String> environment(Path data) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAULTSHIM_CONTROL", file.toString(),
                "FAULTSHIM_DATA", data.toString());
    }

    /** How far the wall clock of the node is off. */
    void stepClock(long millis) {
        control.putLong(CLOCK_NANOS, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Restricts what follows to files with this in their path; empty for all. */
    void only(String name) {
        byte[] bytes = new byte[ONLY_BYTES];
        byte[] chars = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(chars, 0, bytes, 0, Math.min(chars.length, ONLY_BYTES - 1));
        control.put(ONLY, bytes);
    }

    void failWrites(int count) {
        control.putInt(FAILING_WRITES, count);
    }

    void failSyncs(int count) {
        control.putInt(FAILING_SYNCS, count);
    }

    /** The next write stores half of what it is given; those behind it fail. */
    void tearWrite(int failingBehind) {
        control.putInt(TORN, 1);
        control.putInt(FAILING_WRITES, failingBehind);
    }

    void delaySyncs(int millis) {
        control.putInt(SYNC_DELAY_MILLIS, millis);
    }

    /** Calls that failed, of all processes of the node. */
    long struck() {
        return control.getLong(STRUCK);
    }

    void healDisk() {
        control.putInt(TORN, 0);
        failWrites(0);
        failSyncs(0);
        delaySyncs(0);
    }
}
