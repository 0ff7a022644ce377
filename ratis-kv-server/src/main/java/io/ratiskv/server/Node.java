package io.ratiskv.server;

/** A running node: every part of the server, wired. Any thread. */
final class Node implements AutoCloseable {
    private Node() {}

    /** Starts all parts of a node. */
    @SuppressWarnings("DoNotCallSuggester") // until the parts exist
    static Node start(ServerConfig config) {
        throw new IllegalStateException("the parts of node " + config.id() + " are not wired yet");
    }

    @Override
    public void close() {}
}
