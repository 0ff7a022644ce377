package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.Numeral;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Where a request's keys stand and what happens to them. Immutable; any thread.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/key-specs/">key specifications</a>.
 *
 * @param flags what the command does to these keys
 */
record KeySpec(Set<KeyFlag> flags, Begin begin, Find find) {
    /** Where to begin. Positions count words; the command's name is at 0. */
    sealed interface Begin {}

    /** At this word. */
    record Index(int position) implements Begin {}

    /** Behind the first {@code keyword} at {@code startFrom} or later. */
    record Keyword(String keyword, int startFrom) implements Begin {}

    /**
     * Behind the last {@code keyword} among the options from {@code startFrom} on. Clients are told that only the server
     * finds it.
     *
     * @param options all options that take words, {@code keyword} too
     */
    record LastOption(String keyword, int startFrom, List<Option> options) implements Begin {}

    /** An option and how many words it takes. */
    record Option(String token, int words) {}

    /** Keys that no word of the request is. */
    record Nowhere() implements Begin {}

    /** Which words from the beginning are keys. */
    sealed interface Find {}

    /**
     * Each {@code step}-th up to {@code last}: counted from the beginning, or, below 0, from the end, -1 the last.
     *
     * @param limit if above 1, only the first of so many equal parts up to the end are keys
     */
    record Range(int last, int step, int limit) implements Find {
        Range(int last, int step) {
            this(last, step, 0);
        }
    }

    /** As many as the beginning word says, behind it, each {@code step} words from the last. */
    record Counted(int step) implements Find {}

    /**
     * Whether the words can be a request as far as these keys are concerned: there are as many as there should be. What a
     * keyword announces may be missing.
     */
    boolean fits(Bytes[] words) {
        int first = beginning(words);
        if (first < 0) {
            return true;
        }
        if (first >= words.length) {
            return false;
        }
        return switch (find) {
            case Range range -> {
                int last = range.last < 0 ? words.length + range.last : first + range.last;
                yield first <= last && last < words.length;
            }
            case Counted counted -> {
                long count = Numeral.parseLong(words[first]).orElse(0);
                yield 0 < count && count < words.length - first;
            }
        };
    }

    /** Tells where the keys of these words stand; nothing when the words do not fit the usage. */
    void positions(Bytes[] words, IntConsumer visitor) {
        int first = beginning(words);
        if (first < 0 || first >= words.length) {
            return;
        }
        switch (find) {
            case Range range -> {
                int end = range.limit > 1
                        ? first + (words.length - first) / range.limit + range.last
                        : range.last < 0 ? words.length + range.last : first + range.last;
                for (int i = first; i <= end && i < words.length; i += range.step) {
                    visitor.accept(i);
                }
            }
            case Counted counted -> {
                OptionalLong count = Numeral.parseLong(words[first]);
                int room = (words.length - first - 1) / counted.step;
                if (count.isPresent() && count.getAsLong() >= 0 && count.getAsLong() <= room) {
                    for (int i = 0; i < count.getAsLong(); i++) {
                        visitor.accept(first + 1 + i * counted.step);
                    }
                }
            }
        }
    }

    private int beginning(Bytes[] words) {
        return switch (begin) {
            case Index index -> index.position;
            case Keyword keyword -> {
                // The last word announces nothing.
                for (int i = keyword.startFrom; i < words.length - 1; i++) {
                    if (words[i].equalsIgnoreCase(keyword.keyword)) {
                        yield i + 1;
                    }
                }
                yield -1;
            }
            case LastOption option -> lastOption(option, words);
            case Nowhere nowhere -> -1;
        };
    }

    private static int lastOption(LastOption last, Bytes[] words) {
        int found = -1;
        for (int i = last.startFrom; i < words.length; i++) {
            Bytes word = words[i];
            if (word.equalsIgnoreCase(last.keyword) && i + 1 < words.length) {
                found = i + 1;
            }
            for (Option other : last.options) {
                i += word.equalsIgnoreCase(other.token) ? other.words : 0;
            }
        }
        return found;
    }

    /** Whether clients can find these keys by themselves. */
    boolean isKnown() {
        return begin instanceof Index || begin instanceof Keyword;
    }

    /**
     * The specifications a usage line implies.
     *
     * @param flags one set per specification, in the order of the line; one set alone holds for all keys, and joins
     *     those that stand side by side
     */
    static List<KeySpec> derive(Usage usage, List<Set<KeyFlag>> flags) {
        List<KeySpec> specs = new ArrayList<>();
        int position = usage.name().size();
        boolean fixed = true;
        for (int i = 0; i < usage.terms().size(); i++) {
            Term term = usage.terms().get(i);
            Set<KeyFlag> ofThis = flags.get(Math.min(specs.size(), flags.size() - 1));
            if (fixed && isKey(term)) {
                specs.add(new KeySpec(ofThis, new Index(position), new Range(0, 1)));
            } else if (fixed && term instanceof Term.Repeated it && isKey(first(it.term()))) {
                specs.add(repeated(usage, i, position, it.term(), ofThis));
            } else if (fixed
                    && term instanceof Term.Maybe maybe
                    && maybe.term() instanceof Term.Repeated it
                    && isKey(first(it.term()))) {
                specs.add(repeated(usage, i, position, it.term(), ofThis));
            } else if (term instanceof Term.Maybe maybe
                    && maybe.term() instanceof Term.Block option
                    && option.terms().getFirst() instanceof Term.Token token
                    && isKey(option.terms().get(1))) {
                specs.add(new KeySpec(ofThis, new Keyword(token.text(), position), new Range(0, 1)));
            }
            if (term instanceof Term.Token token
                    && i + 2 < usage.terms().size()
                    && isKeys(usage.terms().get(i + 1))) {
                // As many other words follow as there are keys.
                specs.add(new KeySpec(ofThis, new Keyword(token.text(), position), new Range(-1, 1, 2)));
                break;
            }
            position += term.wordsMin();
            fixed &= term.isFixed();
        }
        return specs.size() > 1 && flags.size() == 1 ? List.of(joined(specs)) : List.copyOf(specs);
    }

    private static KeySpec repeated(Usage usage, int index, int position, Term unit, Set<KeyFlag> flags) {
        boolean counted = index > 0
                && usage.terms().get(index - 1) instanceof Term.Argument argument
                && argument.name().equals("numkeys");
        if (counted) {
            return new KeySpec(flags, new Index(position - 1), new Counted(unit.wordsMin()));
        }
        int behind =
                new Term.Block(usage.terms().subList(index + 1, usage.terms().size())).wordsMin();
        return new KeySpec(flags, new Index(position), new Range(-1 - behind, unit.wordsMin()));
    }

    private static KeySpec joined(List<KeySpec> specs) {
        return new KeySpec(specs.getFirst().flags, specs.getFirst().begin, new Range(specs.size() - 1, /* step= */ 1));
    }

    private static boolean isKeys(Term term) {
        return term instanceof Term.Repeated repeated && isKey(repeated.term());
    }

    private static boolean isKey(Term term) {
        return term instanceof Term.Argument argument && argument.type() == ArgumentType.KEY;
    }

    private static Term first(Term term) {
        return term instanceof Term.Block block ? block.terms().getFirst() : term;
    }
}
