package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import java.util.Iterator;

/** Arrays that nobody writes any more, as strings one by one. Confined to the thread that walks. */
record Wrapped(Iterator<byte[]> arrays) implements Iterator<Bytes> {
    @Override
    public boolean hasNext() {
        return arrays.hasNext();
    }

    @Override
    public Bytes next() {
        return Bytes.wrap(arrays.next());
    }
}
