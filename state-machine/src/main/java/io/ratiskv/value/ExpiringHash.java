package io.ratiskv.value;

import io.ratiskv.api.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A hash some of whose fields expire, or did: one of the other shapes, which knows nothing of it, and beside it a sorted
 * set of the fields that expire, with their deadlines for scores. As {@link Value}.
 *
 * <p>So a hash without deadlines pays nothing, the first deadline of a million fields costs as little as any, and what is
 * due is found in the order it is due. Deadlines are below 2^53 and therefore exact as scores.
 */
final class ExpiringHash implements HashValue {
    private final HashValue fields;
    /** Invariant: holds fields of {@code fields} alone. */
    private final SortedSetValue deadlines;

    private final FieldDeadlines bounds;

    ExpiringHash(HashValue fields, SortedSetValue deadlines) {
        this.fields = fields;
        this.deadlines = deadlines;
        this.bounds = bounds(fields, deadlines);
    }

    private static FieldDeadlines bounds(HashValue fields, SortedSetValue deadlines) {
        int size = deadlines.size();
        if (size == 0) {
            return FieldDeadlines.NONE;
        }
        boolean allExpire = size == fields.size();
        return new FieldDeadlines(
                deadlineAt(deadlines, 0), allExpire ? deadlineAt(deadlines, size - 1) : FieldDeadlines.NEVER);
    }

    private static long deadlineAt(SortedSetValue deadlines, int rank) {
        long[] deadline = new long[1];
        deadlines.forEach(new Ranks(rank, rank + 1), (field, score) -> deadline[0] = (long) score);
        return deadline[0];
    }

    @Override
    public boolean isCompact() {
        return fields.isCompact();
    }

    @Override
    public String encoding() {
        return fields.isCompact() ? "listpackex" : "hashtable";
    }

    @Override
    public int size() {
        return fields.size();
    }

    @Override
    public long contentBytes() {
        return fields.contentBytes();
    }

    @Override
    public long cost() {
        return fields.cost() + deadlines.cost();
    }

    @Override
    public @Nullable Bytes get(Bytes field) {
        return fields.get(field);
    }

    @Override
    public HashValue roomFor(int incoming, Shapes shapes) {
        HashValue roomy = fields.roomFor(incoming, shapes);
        return roomy == fields ? this : new ExpiringHash(roomy, deadlines);
    }

    @Override
    public HashValue put(Bytes field, Bytes value, Shapes shapes) {
        return new ExpiringHash(fields.put(field, value, shapes), deadlines);
    }

    @Override
    public HashValue remove(Bytes field, Shapes shapes) {
        HashValue rest = fields.remove(field, shapes);
        return rest == fields ? this : new ExpiringHash(rest, deadlines.remove(field));
    }

    @Override
    public void forEach(FieldVisitor visitor) {
        fields.forEach(visitor);
    }

    @Override
    public long scan(long cursor, int count, FieldVisitor visitor) {
        return fields.scan(cursor, count, visitor);
    }

    @Override
    public void at(int rank, FieldVisitor visitor) {
        fields.at(rank, visitor);
    }

    @Override
    public boolean isExpiring() {
        return true;
    }

    @Override
    public FieldDeadlines fieldDeadlines() {
        return bounds;
    }

    @Override
    public long deadline(Bytes field) {
        double deadline = deadlines.score(field);
        return Double.isNaN(deadline) ? FieldDeadlines.NEVER : (long) deadline;
    }

    @Override
    public HashValue withDeadline(Bytes field, long expireAtMillis, Shapes shapes) {
        return new ExpiringHash(
                fields,
                expireAtMillis == FieldDeadlines.NEVER
                        ? deadlines.remove(field)
                        : deadlines.put(field, (double) expireAtMillis, shapes));
    }

    @Override
    public int due(long nowMillis) {
        return nowMillis < bounds.soonestMillis() ? 0 : dueRanks(nowMillis).count();
    }

    @Override
    public HashValue withoutDue(long nowMillis, int max, Shapes shapes) {
        Ranks due = dueRanks(nowMillis);
        Ranks removed = new Ranks(0, Math.min(due.count(), max));
        HashValue[] rest = {fields};
        deadlines.forEach(removed, (field, deadline) -> rest[0] = rest[0].remove(field, shapes));
        return new ExpiringHash(rest[0], deadlines.remove(removed));
    }

    private Ranks dueRanks(long nowMillis) {
        ScoreRange upToNow = new ScoreRange(Double.NEGATIVE_INFINITY, false, (double) nowMillis, false);
        return deadlines.ranks(upToNow, /* fromEnd= */ false);
    }

    @Override
    public FieldVisitor onlyLiving(long nowMillis, FieldVisitor visitor) {
        if (nowMillis < bounds.soonestMillis()) {
            return visitor;
        }
        return (field, value) -> {
            if (deadline(field) > nowMillis) {
                visitor.visit(field, value);
            }
        };
    }

    @Override
    public SortedSetValue deadlines() {
        return deadlines;
    }
}
