package io.ratiskv.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network of namespaces of this machine, one per node: nodes reach each other over a bridge in a namespace of its own,
 * and this process reaches each node over a cable of its own, which stays when a node is cut off from its peers. Needs
 * Linux, root and {@code ip}. One thread.
 */
final class Network implements AutoCloseable {
    /** As {@code ss -o} says it: {@code timer:(on,12sec,6)}; what is below ten seconds it says otherwise. */
    private static final Pattern RETRANSMISSION = Pattern.compile("timer:\\(on,(\\d+)sec,");

    private final int count;
    private final String name;
    private final String subnet;
    private final Thread lastResort = new Thread(this::tearDown);

    private Network(int count) {
        this.count = count;
        long pid = ProcessHandle.current().pid();
        this.name = "rkv" + pid % 100_000;
        // RFC 2544 sets 198.18.0.0/15 aside for tests of networks.
        this.subnet = "198.18." + pid % 250;
    }

    /** Null where the machine does not allow it, and then {@code why} is told the reason. */
    static @Nullable Network open(int count, StringBuilder why) throws InterruptedException {
        Network network = new Network(count);
        Runtime.getRuntime().addShutdownHook(network.lastResort);
        try {
            network.lay();
            return network;
        } catch (IOException e) {
            why.append(e.getMessage());
            network.close();
            return null;
        }
    }

    private void lay() throws IOException, InterruptedException {
        ip("netns", "add", hub());
        ip("-n", hub(), "link", "add", "hub", "type", "bridge");
        ip("-n", hub(), "link", "set", "hub", "up");
        for (int node = 1; node <= count; node++) {
            String space = space(node);
            ip("netns", "add", space);
            ip("-n", space, "link", "set", "lo", "up");

            ip("-n", hub(), "link", "add", port(node), "type", "veth", "peer", "name", "peers", "netns", space);
            ip("-n", hub(), "link", "set", port(node), "master", "hub");
            ip("-n", hub(), "link", "set", port(node), "up");
            ip("-n", space, "addr", "add", peerHost(node) + "/24", "dev", "peers");
            ip("-n", space, "link", "set", "peers", "up");

            ip("link", "add", cable(node), "type", "veth", "peer", "name", "clients", "netns", space);
            ip("addr", "add", subnet + "." + (4 * node + 1) + "/30", "dev", cable(node));
            ip("link", "set", cable(node), "up");
            ip("-n", space, "addr", "add", clientHost(node) + "/30", "dev", "clients");
            ip("-n", space, "link", "set", "clients", "up");
        }
    }

    List<Processes.Place> places() {
        List<Processes.Place> places = new ArrayList<>();
        for (int node = 1; node <= count; node++) {
            places.add(
                    new Processes.Place(List.of("ip", "netns", "exec", space(node)), clientHost(node), peerHost(node)));
        }
        return places;
    }

    /** What the node sends to its peers, and they to it, is lost from now on, and nobody is told. */
    void cut(int node) throws IOException, InterruptedException {
        ip("-n", hub(), "link", "set", port(node), "down");
    }

    void mend(int node) throws IOException, InterruptedException {
        ip("-n", hub(), "link", "set", port(node), "up");
    }

    /**
     * The longest that the node's TCP is about to wait before it sends again what {@code peer} has not confirmed; 0 when
     * that is less than ten seconds.
     *
     * @param peer address and port of another node
     */
    int retransmitSeconds(int node, String peer) {
        try {
            String connections = said(List.of("ip", "netns", "exec", space(node), "ss", "-Htno", "dst", peer));
            return RETRANSMISSION
                    .matcher(connections)
                    .results()
                    .mapToInt(waits -> Integer.parseInt(waits.group(1)))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private String hub() {
        return name + "hub";
    }

    private String space(int node) {
        return name + "n" + node;
    }

    private static String port(int node) {
        return "port" + node;
    }

    private String cable(int node) {
        return name + "c" + node;
    }

    private String clientHost(int node) {
        return subnet + "." + (4 * node + 2);
    }

    private static String peerHost(int node) {
        return "198.19.0." + node;
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        said(command);
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    /** Namespaces take their ends of the cables along; those that were never made are no fault. */
    private void tearDown() {
        List<String> spaces = new ArrayList<>(List.of(hub()));
        for (int node = 1; node <= count; node++) {
            spaces.add(space(node));
        }
        for (String space : spaces) {
            try {
                ip("netns", "del", space);
            } catch (IOException absent) {
                // Laying the network ended before it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        tearDown();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
