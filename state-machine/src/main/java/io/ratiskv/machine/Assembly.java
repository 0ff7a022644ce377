package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch that comes in pieces, as far as it has come. Confined to whoever holds the state's lock.
 *
 * <p>Pieces come in order; after a change of leader a gateway sends them again from the first, which begins anew.
 */
final class Assembly {
    /** What a batch in pieces can be at most. */
    static final int BYTES_MAX = 1 << 30;

    private final long id;
    private final int count;
    private int next;
    /** Only ever written behind {@link #length}, so a frozen view may share it. */
    private byte[] bytes;

    private int length;

    private Assembly(long id, int count, int next, byte[] bytes, int length) {
        this.id = id;
        this.count = count;
        this.next = next;
        this.bytes = bytes;
        this.length = length;
    }

    /** One that awaits its first piece; null if the batch could not be held. */
    static @Nullable Assembly begin(Entry.Fragment first) {
        long expected = (long) first.count() * first.bytes().length();
        if (first.count() < 1 || expected > BYTES_MAX) {
            return null;
        }
        return new Assembly(first.id(), first.count(), 0, new byte[(int) expected], 0);
    }

    static Assembly of(GatewayState.Pieces pieces) {
        byte[] bytes = pieces.bytes().toByteArray();
        return new Assembly(pieces.id(), pieces.count(), pieces.next(), bytes, bytes.length);
    }

    GatewayState.Pieces state() {
        return new GatewayState.Pieces(id, count, next, Bytes.wrap(bytes, 0, length));
    }

    long id() {
        return id;
    }

    /** False if this is not the piece that is due. */
    boolean add(Entry.Fragment piece) {
        long grown = (long) length + piece.bytes().length();
        if (piece.number() != next || piece.count() != count || grown > BYTES_MAX) {
            return false;
        }
        if (grown > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(BYTES_MAX, Math.max(grown, 2L * bytes.length)));
        }
        piece.bytes().copyTo(bytes, length);
        length = (int) grown;
        next++;
        return true;
    }

    boolean isComplete() {
        return next == count;
    }

    Bytes content() {
        return Bytes.wrap(bytes, 0, length);
    }
}
