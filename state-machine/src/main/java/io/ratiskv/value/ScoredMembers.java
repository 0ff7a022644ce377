package io.ratiskv.value;

import io.ratiskv.api.Bytes;

/** Members with scores, to be read. As {@link Value}. */
public interface ScoredMembers {
    int size();

    /** NaN, which no member has, if there is no such member. */
    double score(Bytes member);

    /** A set, whose members all have the score 1. */
    static ScoredMembers of(Members set) {
        return new ScoredMembers() {
            @Override
            public int size() {
                return set.size();
            }

            @Override
            public double score(Bytes member) {
                return set.contains(member) ? 1 : Double.NaN;
            }

            @Override
            public void forEach(ScoreVisitor visitor) {
                set.forEach(member -> visitor.visit(member, 1));
            }
        };
    }

    /** Tells all members. */
    void forEach(ScoreVisitor visitor);
}
