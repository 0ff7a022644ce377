package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which batches took effect: the open epoch of every node, in it the ids that were applied, and the pieces of batches
 * on their way. Confined to whoever holds the state's lock.
 *
 * <p>This is what makes a batch take effect once, however often it is in the log: the client table of Viewstamped
 * Replication (Liskov and Cowling 2012, section 4.1), with windows in place of a last request.
 */
final class Gateways {
    /** An epoch without entries for so long is closed. */
    static final long SILENCE_MAX_MILLIS = 600_000;

    /** Batches in pieces that one gateway may have under way; more than it has in flight. */
    private static final int ASSEMBLIES_MAX = 4;

    private final TreeMap<Long, Window> windows = new TreeMap<>();
    private final TreeMap<String, NodeAddress> addresses = new TreeMap<>();

    /** No epoch can have been silent for too long before. */
    private long checkAtMillis;

    /** An open epoch. */
    private static final class Window {
        final String node;
        final AppliedIds applied;
        final List<Assembly> assemblies = new ArrayList<>();
        long lastSeenMillis;

        Window(String node, AppliedIds applied, long lastSeenMillis) {
            this.node = node;
            this.applied = applied;
            this.lastSeenMillis = lastSeenMillis;
        }

        @Nullable
        Assembly assembly(long id) {
            for (Assembly assembly : assemblies) {
                if (assembly.id() == id) {
                    return assembly;
                }
            }
            return null;
        }

        void drop(long id) {
            assemblies.removeIf(assembly -> assembly.id() == id);
        }

        void seen(long nowMillis, long floor) {
            lastSeenMillis = nowMillis;
            applied.raiseFloor(floor);
            assemblies.removeIf(assembly -> assembly.id() < applied.floor());
        }
    }

    /** Opens the epoch {@code index} and closes the node's older one. */
    void open(Entry.OpenGateway opening, long index, long nowMillis) {
        windows.values().removeIf(window -> window.node.equals(opening.node()));
        windows.put(index, new Window(opening.node(), new AppliedIds(), nowMillis));
        addresses.put(opening.node(), new NodeAddress(opening.node(), opening.respAddress(), opening.httpAddress()));
    }

    /** The node's open epoch, 0 if it has none. */
    long epochOf(String node) {
        for (var entry : windows.entrySet()) {
            if (entry.getValue().node.equals(node)) {
                return entry.getKey();
            }
        }
        return 0;
    }

    List<NodeAddress> addresses() {
        return List.copyOf(addresses.values());
    }

    /** True the first time for each id of an open epoch. */
    boolean admit(long epoch, long id, long floor, long nowMillis) {
        Window window = windows.get(epoch);
        if (window == null) {
            return false;
        }
        boolean fresh = !window.applied.isDead(id);
        if (fresh) {
            window.applied.add(id);
            window.drop(id);
        }
        window.seen(nowMillis, floor);
        return fresh;
    }

    /** What became of a piece. */
    enum Piece {
        /** It belongs to nothing that can still take effect, or is not the one that is due. */
        IGNORED,
        KEPT,
        /** It was the last: the batch can be taken and its id admitted. */
        LAST
    }

    Piece add(Entry.Fragment piece, long nowMillis) {
        Window window = windows.get(piece.epoch());
        if (window == null) {
            return Piece.IGNORED;
        }
        boolean dead = window.applied.isDead(piece.id());
        window.seen(nowMillis, piece.floor());
        if (dead || piece.id() < window.applied.floor()) {
            return Piece.IGNORED;
        }
        if (piece.number() == 0) {
            begin(window, piece);
        }
        Assembly assembly = window.assembly(piece.id());
        if (assembly == null || !assembly.add(piece)) {
            return Piece.IGNORED;
        }
        return assembly.isComplete() ? Piece.LAST : Piece.KEPT;
    }

    private static void begin(Window window, Entry.Fragment first) {
        window.drop(first.id());
        Assembly assembly = Assembly.begin(first);
        if (assembly == null) {
            return;
        }
        if (window.assemblies.size() == ASSEMBLIES_MAX) {
            // The gateway has moved on and forgot to raise its floor; should it come back, it begins anew.
            window.assemblies.removeFirst();
        }
        window.assemblies.add(assembly);
    }

    /** The content of a batch whose last piece has come. */
    Bytes take(long epoch, long id) {
        Window window = windows.get(epoch);
        Assembly assembly = window == null ? null : window.assembly(id);
        if (window == null || assembly == null || !assembly.isComplete()) {
            throw new IllegalStateException("batch " + id + " of epoch " + epoch + " is not complete");
        }
        window.drop(id);
        return assembly.content();
    }

    /** Closes the epochs that have been silent for too long. */
    void closeSilent(long nowMillis) {
        if (nowMillis < checkAtMillis) {
            return;
        }
        windows.values().removeIf(window -> window.lastSeenMillis + SILENCE_MAX_MILLIS <= nowMillis);
        checkAtMillis = nowMillis + SILENCE_MAX_MILLIS;
        for (Window window : windows.values()) {
            checkAtMillis = Math.min(checkAtMillis, window.lastSeenMillis + SILENCE_MAX_MILLIS);
        }
    }

    // Loops rather than streams: a node's first freeze must not wait for a hundred classes to be linked.
    List<GatewayState> state() {
        List<GatewayState> states = new ArrayList<>(windows.size());
        for (Map.Entry<Long, Window> entry : windows.entrySet()) {
            Window window = entry.getValue();
            List<Long> applied = new ArrayList<>();
            for (long id : window.applied.toArray()) {
                applied.add(id);
            }
            List<GatewayState.Pieces> pieces = new ArrayList<>();
            for (Assembly assembly : window.assemblies) {
                pieces.add(assembly.state());
            }
            states.add(new GatewayState(
                    window.node, entry.getKey(), window.lastSeenMillis, window.applied.floor(), applied, pieces));
        }
        return states;
    }

    void restore(List<GatewayState> states, List<NodeAddress> nodeAddresses) {
        for (NodeAddress address : nodeAddresses) {
            addresses.put(address.node(), address);
        }
        for (GatewayState state : states) {
            long[] applied = state.applied().stream().mapToLong(Long::longValue).toArray();
            Window window = new Window(state.node(), AppliedIds.of(state.floor(), applied), state.lastSeenMillis());
            state.pieces().forEach(pieces -> window.assemblies.add(Assembly.of(pieces)));
            windows.put(state.epoch(), window);
        }
    }
}
