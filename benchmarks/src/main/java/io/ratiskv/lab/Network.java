package io.ratiskv.lab;

import java.io.IOException;
import java.util.List;

/**
 * A namespace for each node: nodes reach each other over a bridge, and clients reach each node over a cable of its own,
 * which no fault touches. Needs Linux, root and {@code ip}. One thread.
 */
final class Network implements AutoCloseable {
    private final int count;
    private final String name = "lab" + ProcessHandle.current().pid() % 100_000;
    // RFC 2544 sets 198.18.0.0/15 aside for tests of networks.
    private final String subnet = "198.18." + ProcessHandle.current().pid() % 250;
    private final Thread lastResort = new Thread(this::tearDown);

    private Network(int count) {
        this.count = count;
    }

    static Network open(int count) throws IOException, InterruptedException {
        Network network = new Network(count);
        Runtime.getRuntime().addShutdownHook(network.lastResort);
        network.lay();
        return network;
    }

    private void lay() throws IOException, InterruptedException {
        Shell.run("ip", "netns", "add", hub());
        ip(hub(), "link", "add", "hub", "type", "bridge");
        ip(hub(), "link", "set", "hub", "up");
        for (int node = 1; node <= count; node++) {
            String space = space(node);
            Shell.run("ip", "netns", "add", space);
            ip(space, "link", "set", "lo", "up");
            ip(hub(), "link", "add", "port" + node, "type", "veth", "peer", "name", "peers", "netns", space);
            ip(hub(), "link", "set", "port" + node, "master", "hub");
            ip(hub(), "link", "set", "port" + node, "up");
            ip(space, "addr", "add", peerHost(node) + "/24", "dev", "peers");
            ip(space, "link", "set", "peers", "up");
            Shell.run("ip", "link", "add", cable(node), "type", "veth", "peer", "name", "clients", "netns", space);
            Shell.run("ip", "addr", "add", subnet + "." + (4 * node + 1) + "/30", "dev", cable(node));
            Shell.run("ip", "link", "set", cable(node), "up");
            ip(space, "addr", "add", clientHost(node) + "/30", "dev", "clients");
            ip(space, "link", "set", "clients", "up");
        }
    }

    /** What a command line begins with to run in the node's place. */
    List<String> prefix(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    String clientHost(int node) {
        return subnet + "." + (4 * node + 2);
    }

    String peerHost(int node) {
        return "198.19.0." + node;
    }

    /** What {@code from} sends to {@code to} is lost from now on, and nobody is told. */
    void block(int from, int to) throws IOException, InterruptedException {
        ip(space(from), "route", "replace", "blackhole", peerHost(to) + "/32");
        ip(space(from), "route", "flush", "cache");
    }

    void unblockAll() throws InterruptedException {
        for (int from = 1; from <= count; from++) {
            for (int to = 1; to <= count; to++) {
                Shell.runIfPossible("ip", "-n", space(from), "route", "del", "blackhole", peerHost(to) + "/32");
            }
        }
    }

    private String hub() {
        return name + "hub";
    }

    private String space(int node) {
        return name + "n" + node;
    }

    private String cable(int node) {
        return name + "c" + node;
    }

    private static void ip(String space, String... words) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("ip", "-n", space));
        command.addAll(List.of(words));
        Shell.run(command);
    }

    private void tearDown() {
        try {
            Shell.runIfPossible("ip", "netns", "del", hub());
            for (int node = 1; node <= count; node++) {
                Shell.runIfPossible("ip", "netns", "del", space(node));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        tearDown();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
