package io.ratiskv.replication;

import java.nio.channels.FileChannel;

/**
 * A snapshot file that can be read to its end, whatever replaces it meanwhile. Confined to whoever opened it, who closes
 * it.
 *
 * @param index of the last entry it covers
 */
public record OpenSnapshot(FileChannel file, long index) {}
