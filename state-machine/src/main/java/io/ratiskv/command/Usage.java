package io.ratiskv.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A command's usage line and the grammar it spells. Immutable; any thread.
 *
 * <pre>
 *   SET key value [NX | XX] [GET] [EX seconds | PX milliseconds]
 *   DEL key [key ...]
 *   COPY source:key destination:key [DB destination-db:integer] [REPLACE]
 *   EXAMPLE &lt;BEFORE | AFTER&gt; pivot
 * </pre>
 *
 * Upper-case words are tokens, others are arguments; {@code name:type} gives an argument a type that its name does not
 * imply. {@code [ ]} may be left out, {@code < >} holds a choice, {@code |} separates choices, and {@code [x ...]}
 * after {@code x} repeats it. Options, which is to say trailing {@code [ ]} that begin with a token, come in any order.
 *
 * @param name upper-case words, one or, for a subcommand, two
 * @param terms what follows the name
 */
record Usage(List<String> name, List<Term> terms) {

    /**
     * Reads a usage line.
     *
     * @param nameWords how many leading words are the command's name
     * @throws IllegalArgumentException for a line that is not of the form above: a mistake in a declaration
     */
    static Usage parse(String line, int nameWords) {
        Parser parser = new Parser(line);
        List<String> name = new ArrayList<>();
        for (int i = 0; i < nameWords; i++) {
            name.add(parser.word());
        }
        List<Term> terms = parser.sequence();
        parser.expectEnd();
        return new Usage(List.copyOf(name), terms);
    }

    /** Redis' arity: the number of words, the name's included; negative when it is only the fewest. */
    int arity() {
        Term.Block all = new Term.Block(terms);
        int words = name.size() + all.wordsMin();
        return all.isFixed() ? words : -words;
    }

    /** The line as a reader sees it: canonical spacing, without types. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(String.join(" ", name));
        for (Term term : terms) {
            line.append(' ').append(show(term));
        }
        return line.toString();
    }

    /** The arguments alone, as {@link #toString()} shows them. */
    static String show(Term term) {
        return switch (term) {
            case Term.Argument argument -> argument.name();
            case Term.Token token -> token.text();
            case Term.Maybe maybe -> {
                boolean choice = maybe.term() instanceof Term.OneOf;
                String inner = show(maybe.term());
                yield "[" + (choice ? inner.substring(1, inner.length() - 1) : inner) + "]";
            }
            case Term.OneOf oneOf -> "<" + join(oneOf.choices(), " | ") + ">";
            case Term.Block block -> join(block.terms(), " ");
            case Term.Repeated repeated -> {
                String one = show(repeated.term());
                yield one + " [" + one + " ...]";
            }
        };
    }

    private static String join(List<Term> terms, String separator) {
        return String.join(separator, terms.stream().map(Usage::show).toList());
    }

    /** A recursive descent over the line's marks and words. */
    private static final class Parser {
        private final String line;
        private final List<String> symbols;
        private int next;

        Parser(String line) {
            this.line = line;
            this.symbols =
                    List.of(line.replaceAll("([\\[\\]<>|])", " $1 ").trim().split("\\s+"));
        }

        String word() {
            return symbols.get(next++);
        }

        private boolean at(String symbol) {
            return next < symbols.size() && symbols.get(next).equals(symbol);
        }

        private void expect(String symbol) {
            if (!at(symbol)) {
                throw new IllegalArgumentException("expected " + symbol + " at symbol " + next + " of: " + line);
            }
            next++;
        }

        void expectEnd() {
            if (next != symbols.size()) {
                throw new IllegalArgumentException("unexpected " + symbols.get(next) + " in: " + line);
            }
        }

        /** Terms up to a closing mark, a choice's bar, an ellipsis or the end. */
        List<Term> sequence() {
            List<Term> terms = new ArrayList<>();
            while (next < symbols.size() && !at("]") && !at(">") && !at("|") && !at("...")) {
                if (at("[")) {
                    bracket(terms);
                } else if (at("<")) {
                    next++;
                    terms.add(choices());
                    expect(">");
                } else {
                    terms.add(leaf(word()));
                }
            }
            return List.copyOf(terms);
        }

        private Term choices() {
            List<Term> choices = new ArrayList<>();
            do {
                if (!choices.isEmpty()) {
                    expect("|");
                }
                choices.add(whole(sequence()));
            } while (at("|"));
            return choices.size() == 1 ? choices.getFirst() : new Term.OneOf(List.copyOf(choices));
        }

        /** {@code [x]}, or {@code [x ...]}, which joins an {@code x} before it. */
        private void bracket(List<Term> before) {
            expect("[");
            Term inner = choices();
            boolean repeats = at("...");
            if (repeats) {
                next++;
            }
            expect("]");
            if (!repeats) {
                before.add(new Term.Maybe(inner));
                return;
            }
            List<Term> unit = inner instanceof Term.Block block ? block.terms() : List.of(inner);
            int from = before.size() - unit.size();
            if (from >= 0 && before.subList(from, before.size()).equals(unit)) {
                before.subList(from, before.size()).clear();
                before.add(new Term.Repeated(inner));
            } else {
                before.add(new Term.Maybe(new Term.Repeated(inner)));
            }
        }

        private Term whole(List<Term> terms) {
            if (terms.isEmpty()) {
                throw new IllegalArgumentException("an empty choice at symbol " + next + " of: " + line);
            }
            return terms.size() == 1 ? terms.getFirst() : new Term.Block(terms);
        }

        private static Term leaf(String word) {
            int colon = word.indexOf(':');
            if (colon >= 0) {
                String name = word.substring(0, colon);
                return new Term.Argument(name, ArgumentType.byWireName(word.substring(colon + 1)));
            }
            boolean token = word.chars().noneMatch(Character::isLowerCase);
            return token ? new Term.Token(word) : new Term.Argument(word, ArgumentType.byName(word));
        }
    }
}
