package io.ratiskv.api;

import java.util.List;

/**
 * What the log holds: a closed, versioned vocabulary. Immutable; any thread. {@code EntryCodec} turns it into bytes;
 * an old log stays readable, an unknown kind stops the node.
 */
public sealed interface Entry {
    /**
     * A node opens its gateway: the entry's index becomes the epoch of its batches, and the node's older epochs are
     * closed, so no copy of an earlier process' batch can ever take effect.
     *
     * @param incarnation drawn at random by the process that proposed it, so that it knows its own among those it
     *     replays from the log
     * @param respAddress where clients reach the node, {@code host:port}
     * @param httpAddress where REST reaches the node, {@code host:port}
     */
    record OpenGateway(String node, long incarnation, String respAddress, String httpAddress) implements Entry {}

    /**
     * A batch of one gateway. Takes effect once, whichever copy of (epoch, id) comes first.
     *
     * @param epoch the index of the gateway's {@link OpenGateway}
     * @param id raised by one per batch of the epoch
     * @param floor the lowest id the gateway has not answered yet; ids below it are dead
     * @param units writes in the log; on the gateway's own node the reads that ride along are between them. Empty:
     *     the gateway gave the id up
     */
    record Execute(long epoch, long id, long floor, List<Unit> units) implements Entry {}

    /**
     * A piece of an {@link Execute} too large for one entry; the last piece makes the whole take effect.
     *
     * @param number 0 to {@code count - 1}, in order
     * @param bytes consecutive bytes of the encoded units
     */
    record Fragment(long epoch, long id, long floor, int number, int count, Bytes bytes) implements Entry {}

    /** Time goes on: nothing but the stamp, so that what is due by then is gone for every later reader. */
    record Tick() implements Entry {}

    /**
     * The keys count more than they may: these go, in this order, until they do not.
     *
     * @param victims as the leader saw them
     */
    record Evict(List<Victim> victims) implements Entry {}

    /** @param version that the key had when it was chosen: one that has changed since stays */
    record Victim(int database, Bytes key, long version) {}

    /** A replicated setting that changes what entries do. */
    record Configure(String name, Bytes value) implements Entry {}

    /** Every replica takes the digest of its state at this index. */
    record Digest() implements Entry {}

    /** From here on entries may do what feature level {@code level} brought. */
    record RaiseFeatureLevel(int level) implements Entry {}
}
