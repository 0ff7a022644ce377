package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/** Is told of a sorted set's members, one by one. */
@FunctionalInterface
public interface ScoreVisitor {
    void visit(Bytes member, double score);
}
