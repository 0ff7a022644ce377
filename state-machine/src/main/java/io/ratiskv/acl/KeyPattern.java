package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.KeyFlag;
import io.ratiskv.value.GlobPattern;
import java.util.Set;

/** Keys by a pattern, and what may be done to them. Immutable; any thread. */
final class KeyPattern {
    private static final Bytes ANY = Bytes.of("*");

    private final Bytes pattern;
    private final GlobPattern compiled;
    private final boolean reads;
    private final boolean writes;

    KeyPattern(Bytes pattern, boolean reads, boolean writes) {
        this.pattern = pattern.owned();
        this.compiled = GlobPattern.compile(this.pattern);
        this.reads = reads;
        this.writes = writes;
    }

    /** The same keys, for what either allows. */
    KeyPattern with(boolean alsoReads, boolean alsoWrites) {
        return new KeyPattern(pattern, reads || alsoReads, writes || alsoWrites);
    }

    Bytes pattern() {
        return pattern;
    }

    boolean allows(Bytes key, Set<KeyFlag> use) {
        return (reads || !isRead(use)) && (writes || !isWritten(use)) && compiled.matches(key);
    }

    boolean readsAll() {
        return reads && pattern.equals(ANY);
    }

    private static boolean isRead(Set<KeyFlag> use) {
        return use.contains(KeyFlag.ACCESS);
    }

    private static boolean isWritten(Set<KeyFlag> use) {
        return use.contains(KeyFlag.INSERT) || use.contains(KeyFlag.DELETE) || use.contains(KeyFlag.UPDATE);
    }

    /** The rule that makes it. */
    Bytes rule() {
        // Alone ~* stands for allkeys.
        String both = pattern.equals(ANY) ? "%RW~" : "~";
        String head = reads && writes ? both : reads ? "%R~" : "%W~";
        return Words.joined(head, pattern);
    }
}
