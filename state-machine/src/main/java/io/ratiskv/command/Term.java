package io.ratiskv.command;

import java.util.List;

/** A part of a usage line: the grammar of a command's arguments. Immutable; any thread. */
sealed interface Term {
    /** A word of the client's choice. */
    record Argument(String name, ArgumentType type) implements Term {}

    /** A word to be spelled as it is, in either case. */
    record Token(String text) implements Term {}

    /** May be left out. */
    record Maybe(Term term) implements Term {}

    /** Exactly one of several. */
    record OneOf(List<Term> choices) implements Term {}

    /** All of them, in this order. */
    record Block(List<Term> terms) implements Term {}

    /** Once or more. */
    record Repeated(Term term) implements Term {}

    /** The fewest words this can be spelled with. */
    default int wordsMin() {
        return switch (this) {
            case Argument argument -> 1;
            case Token token -> 1;
            case Maybe maybe -> 0;
            case OneOf oneOf ->
                oneOf.choices.stream().mapToInt(Term::wordsMin).min().orElse(0);
            case Block block -> block.terms.stream().mapToInt(Term::wordsMin).sum();
            case Repeated repeated -> repeated.term.wordsMin();
        };
    }

    /** Whether this is always spelled with {@link #wordsMin()} words. */
    default boolean isFixed() {
        return switch (this) {
            case Argument argument -> true;
            case Token token -> true;
            case Maybe maybe -> false;
            case OneOf oneOf ->
                oneOf.choices.stream().allMatch(choice -> choice.isFixed() && choice.wordsMin() == wordsMin());
            case Block block -> block.terms.stream().allMatch(Term::isFixed);
            case Repeated repeated -> false;
        };
    }
}
