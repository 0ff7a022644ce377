package io.ratiskv.cli.load;

/**
 * What is to be done. Immutable; any thread.
 *
 * @param warmUp operations before those that count: of the same kind, over the same connections
 * @param operations that count
 * @param clients connections, each one request or pipeline after the other
 * @param pipeline requests that a client sends before it waits for their replies
 * @param sets of {@code sets + gets} operations
 * @param gets of {@code sets + gets} operations
 * @param valueBytes of each value that is set
 * @param keys that are drawn from, evenly
 * @param operationsPerSecond that begin, whatever the answers take; 0: as fast as answers come
 * @param timeoutMillis after which an operation that did not happen is given up
 */
public record Load(
        long warmUp,
        long operations,
        int clients,
        int pipeline,
        int sets,
        int gets,
        int valueBytes,
        int keys,
        double operationsPerSecond,
        long timeoutMillis) {}
