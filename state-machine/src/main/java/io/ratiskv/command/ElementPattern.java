package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.Keyspace;
import org.jspecify.annotations.Nullable;

/**
 * What BY and GET of SORT look up for an element: {@code #}, which is the element itself, or a key with the element in
 * place of the first star, or the field of such a hash, {@code weight_*->field}. Immutable.
 */
final class ElementPattern {
    private final boolean isElement;
    /** Null if there is no star. */
    private final @Nullable Bytes before;

    private final Bytes behind;
    private final @Nullable Bytes field;

    /** Reads a pattern, the marks of which stand before its first zero byte, as in C. */
    ElementPattern(Bytes pattern) {
        int end = indexOf(pattern, '\0', 0, pattern.length(), pattern.length());
        int star = indexOf(pattern, '*', 0, end, -1);
        this.isElement = end == 1 && pattern.at(0) == '#';
        if (star < 0) {
            this.before = null;
            this.behind = Bytes.EMPTY;
            this.field = null;
            return;
        }
        int arrow = arrow(pattern, star + 1, end);
        this.before = pattern.slice(0, star);
        this.behind = pattern.slice(star + 1, (arrow < 0 ? pattern.length() : arrow) - star - 1);
        this.field = arrow < 0 ? null : pattern.slice(arrow + 2, pattern.length() - arrow - 2);
    }

    private static int indexOf(Bytes text, char wanted, int from, int to, int otherwise) {
        for (int i = from; i < to; i++) {
            if (text.at(i) == wanted) {
                return i;
            }
        }
        return otherwise;
    }

    /** Where the first arrow is, if anything follows it; else -1. */
    private static int arrow(Bytes pattern, int from, int end) {
        for (int i = from; i + 1 < end; i++) {
            if (pattern.at(i) == '-' && pattern.at(i + 1) == '>') {
                return i + 2 < end ? i : -1;
            }
        }
        return -1;
    }

    /** Whether what it finds has nothing to do with the element. */
    boolean isConstant() {
        return before == null;
    }

    /** What there is for the element; null if it is nothing, or of another type. */
    @Nullable
    Bytes find(Bytes element, Keyspace keyspace) {
        if (isElement) {
            return element;
        }
        if (before == null) {
            return null;
        }
        Bytes key = key(before, element);
        ValueType type = keyspace.type(key);
        if (field == null) {
            return type == ValueType.STRING ? keyspace.string(key) : null;
        }
        return type == ValueType.HASH ? keyspace.hash(key).get(field) : null;
    }

    private Bytes key(Bytes prefix, Bytes element) {
        int stop = prefix.length() + element.length();
        byte[] key = new byte[stop + behind.length()];
        prefix.copyTo(key, 0);
        element.copyTo(key, prefix.length());
        behind.copyTo(key, stop);
        return Bytes.wrap(key);
    }
}
