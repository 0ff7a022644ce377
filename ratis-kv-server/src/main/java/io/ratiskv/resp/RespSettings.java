package io.ratiskv.resp;

import java.net.InetSocketAddress;

/**
 * What the RESP port is started with. Immutable.
 *
 * @param address where to listen; port 0 lets the system choose
 * @param maxClients connections held at once
 * @param idleTimeoutSeconds after which a connection without a request is closed; 0 never
 * @param tcpKeepaliveSeconds between probes of a silent connection; 0 none
 * @param bulkBytesMax the longest word a client may send
 * @param receiveBytesMax requests received and not answered, over all connections, before large ones are held up
 * @param outputBytesMax reply bytes that wait for a client which does not read, beside the one being written
 */
public record RespSettings(
        InetSocketAddress address,
        int maxClients,
        int idleTimeoutSeconds,
        int tcpKeepaliveSeconds,
        int bulkBytesMax,
        long receiveBytesMax,
        long outputBytesMax) {
    /** Redis' defaults, with limits that fit the heap: a word of at most min(512 MiB, heap / 8). */
    public static RespSettings defaults(InetSocketAddress address) {
        long heap = Runtime.getRuntime().maxMemory();
        int bulk = (int) Math.min(512L << 20, heap / 8);
        return new RespSettings(address, 10_000, 0, 300, bulk, Math.max(heap / 4, 2L * bulk), 64L << 20);
    }
}
