package io.ratiskv.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One member of the group as {@code --peers} names it. Immutable; any thread.
 *
 * @param id the member's node id
 * @param raft where it speaks Raft
 * @param peer where it speaks the node-to-node service; same host
 */
public record Peer(String id, HostPort raft, HostPort peer) {
    static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    static final String ID_WANTED = "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit";

    /** Added to the Raft port where no node-to-node port is given. */
    static final int PEER_PORT_OFFSET = 10_000;

    private static final String WANTED = "a list ID=HOST:RAFT[:PEER],… with every id and address once";

    static List<Peer> parseList(String text) {
        List<Peer> peers = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<HostPort> addresses = new HashSet<>();
        for (String part : text.split(",", -1)) {
            Peer peer = parse(part.strip());
            peers.add(peer);
            if (!ids.add(peer.id())) throw Kind.wrong(WANTED, text);
            if (!addresses.add(peer.raft()) || !addresses.add(peer.peer())) throw Kind.wrong(WANTED, text);
        }
        return List.copyOf(peers);
    }

    static String formatList(List<Peer> peers) {
        return peers.stream().map(Peer::toString).collect(Collectors.joining(","));
    }

    private static Peer parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) throw Kind.wrong(WANTED, text);
        String id = text.substring(0, equals);
        if (!ID.matcher(id).matches()) throw Kind.wrong(WANTED, text);

        String address = text.substring(equals + 1);
        int hostEnd = address.startsWith("[") ? address.indexOf(']') + 1 : address.indexOf(':');
        if (hostEnd <= 0 || hostEnd >= address.length() || address.charAt(hostEnd) != ':') {
            throw Kind.wrong(WANTED, text);
        }
        String host = HostPort.parseHost(address.substring(0, hostEnd), text);
        String[] ports = address.substring(hostEnd + 1).split(":", -1);
        if (ports.length > 2) throw Kind.wrong(WANTED, text);
        int raft = HostPort.parsePort(ports[0], 1, text);
        if (ports.length == 1 && raft + PEER_PORT_OFFSET > 65_535) {
            throw new IllegalArgumentException("needs a node-to-node port for \"" + text + "\": RAFT + "
                    + PEER_PORT_OFFSET + " is beyond 65535, so write ID=HOST:RAFT:PEER");
        }
        int peer = ports.length == 1 ? raft + PEER_PORT_OFFSET : HostPort.parsePort(ports[1], 1, text);
        return new Peer(id, new HostPort(host, raft), new HostPort(host, peer));
    }

    /** {@code ID=HOST:RAFT:PEER}. */
    @Override
    public String toString() {
        return id + "=" + raft + ":" + peer.port();
    }
}
