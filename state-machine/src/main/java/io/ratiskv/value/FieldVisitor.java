package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/** Is told of a hash's fields, one by one. */
@FunctionalInterface
public interface FieldVisitor {
    void visit(Bytes field, Bytes value);
}
