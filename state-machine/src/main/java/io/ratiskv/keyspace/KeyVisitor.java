package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;

/** Is told of keys, one by one. */
@FunctionalInterface
public interface KeyVisitor {
    void visit(Bytes key, ValueType type);
}
