package io.ratiskv.snapshot;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.StreamBuilder;
import io.ratiskv.value.StreamValue;
import java.io.IOException;

/** What {@link StreamWriter} wrote, as a stream. Confined to one thread. */
final class StreamReader {
    private final SectionReader reader;
    private final StreamBuilder builder;

    StreamReader(SectionReader reader, Shapes shapes) {
        this.reader = reader;
        this.builder = new StreamBuilder(shapes);
    }

    StreamValue read() throws IOException {
        StreamId lastId = id();
        long entriesAdded = reader.varint();
        StreamId maxDeletedId = id();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            StreamId id = id();
            Bytes bytes = reader.string();
            builder.node(id, bytes, id(), reader.varint(Integer.MAX_VALUE), reader.varint());
        }
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            readGroup();
        }
        readProducedIds();
        return builder.build(lastId, entriesAdded, maxDeletedId);
    }

    private void readGroup() throws IOException {
        Bytes name = reader.string();
        StreamId lastDelivered = id();
        long entriesRead = reader.varint();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.consumer(reader.string(), reader.varint(), reader.varint());
        }
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.pending(id(), reader.varint(Integer.MAX_VALUE) - 1, reader.varint(), reader.varint());
        }
        builder.group(name, lastDelivered, entriesRead);
    }

    private void readProducedIds() throws IOException {
        long durationMillis = reader.varint();
        int countMax = reader.varint(Integer.MAX_VALUE);
        long added = reader.varint();
        long duplicates = reader.varint();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.produced(reader.string(), reader.string(), id(), reader.varint());
        }
        builder.producedIds(durationMillis, countMax, added, duplicates);
    }

    private StreamId id() throws IOException {
        return new StreamId(reader.varint(), reader.varint());
    }
}
