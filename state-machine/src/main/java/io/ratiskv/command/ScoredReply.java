package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.value.ScoreVisitor;
import java.util.ArrayList;
import java.util.List;

/** Members, with their scores if they are wanted, while they become a reply. Confined to one thread. */
final class ScoredReply implements ScoreVisitor {
    private final List<Reply> elements;
    private final boolean withScores;
    private final boolean inPairs;

    /** @param inPairs each member and score are an array of their own */
    ScoredReply(boolean withScores, boolean inPairs, int members) {
        this.elements = new ArrayList<>(withScores && !inPairs ? 2 * members : members);
        this.withScores = withScores;
        this.inPairs = inPairs;
    }

    /** With scores in pairs since RESP3: a map has no order. */
    static ScoredReply of(Call call, boolean withScores, int members) {
        return new ScoredReply(withScores, call.protocol() > 2, members);
    }

    @Override
    public void visit(Bytes member, double score) {
        if (!withScores) {
            elements.add(Reply.bulk(member));
        } else if (inPairs) {
            elements.add(Reply.array(List.of(Reply.bulk(member), new Reply.Decimal(score))));
        } else {
            elements.add(Reply.bulk(member));
            elements.add(new Reply.Decimal(score));
        }
    }

    Reply reply() {
        return Reply.array(elements);
    }
}
