package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;

/** Is told of a stream's nodes, in order, so that they can be made again. */
public interface StreamNodeVisitor {
    /**
     * @param id that of the entry that began it
     * @param bytes its entries, in a form of their own
     * @param lastPlace id of its last entry, which may be deleted
     * @param places how many entries, those included that were deleted
     * @param packedBytes what Redis would count for it
     */
    void visit(StreamId id, Bytes bytes, StreamId lastPlace, int places, long packedBytes);
}
