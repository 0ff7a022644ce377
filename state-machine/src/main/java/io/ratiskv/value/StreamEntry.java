package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import java.util.function.Consumer;

/**
 * An entry of a stream: its id, and fields and values in turn. Immutable; any thread: it points into bytes that are never
 * written again.
 */
public final class StreamEntry {
    private final StreamId id;
    private final byte[] chunk;
    private final int wordsAt;

    /** @param wordsAt where in the bytes of a {@link StreamChunk} the entry's words are told */
    StreamEntry(StreamId id, byte[] chunk, int wordsAt) {
        this.id = id;
        this.chunk = chunk;
        this.wordsAt = wordsAt;
    }

    public StreamId id() {
        return id;
    }

    /** How many fields and values. */
    public int wordCount() {
        int fields = Varint.read(chunk, wordsAt);
        return 2 * (fields == StreamChunk.SAME_FIELDS ? Varint.read(chunk, 0) : fields);
    }

    /** Tells a field, its value, the next field. */
    public void forEachWord(Consumer<? super Bytes> visitor) {
        int fields = Varint.read(chunk, wordsAt);
        int at = wordsAt + Varint.size(fields);
        if (fields != StreamChunk.SAME_FIELDS) {
            for (int i = 0; i < 2 * fields; i++) {
                visitor.accept(PackedStrings.string(chunk, at));
                at = PackedStrings.end(chunk, at);
            }
            return;
        }
        int sharedFields = Varint.read(chunk, 0);
        int fieldAt = Varint.size(sharedFields);
        for (int i = 0; i < sharedFields; i++) {
            visitor.accept(PackedStrings.string(chunk, fieldAt));
            fieldAt = PackedStrings.end(chunk, fieldAt);
            visitor.accept(PackedStrings.string(chunk, at));
            at = PackedStrings.end(chunk, at);
        }
    }

    /** Length of all fields and values together. */
    public long contentBytes() {
        long[] sum = new long[1];
        forEachWord(word -> sum[0] += word.length());
        return sum[0];
    }
}
