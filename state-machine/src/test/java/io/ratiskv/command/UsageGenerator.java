package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.ListEnd;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;
import io.ratiskv.rdb.RdbWriter;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.Limits;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.Shapes;
import io.ratiskv.value.SortedSetValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws requests that a command's usage line allows. Confined to one thread. */
final class UsageGenerator {
    /** Every so many repetitions are long ones, beyond the limits of compact shapes. */
    private static final int LONG_REPETITIONS = 64;

    /** What SORT can be by, and get. */
    private static final List<String> PATTERNS_OF_SORT =
            List.of("#", "nosort", "string*", "hash*->field1", "hash*->word1", "key*", "*");

    private static final Shapes SHAPES = new Shapes(new Epoch(), new KeyedHash(1, 2), Limits.STANDARD);

    private static final Set<String> STREAM_WORDS =
            Set.of("id", "start", "end", "last-id", "lastid", "max-deleted-id", "threshold", "group", "consumer");

    private final SplittableRandom random;
    /** What each word of the last request stands for. */
    private final List<Term> arguments = new ArrayList<>();

    /** How often what comes next is repeated, 0 for as often as luck will have it. */
    private long counted;

    private Group group = Group.GENERIC;
    /** How many keys the request names by a number. */
    private long namedKeys;

    UsageGenerator(SplittableRandom random) {
        this.random = random;
    }

    /** The words of a request, its name in either case, its options in any order. */
    Bytes[] draw(Command command) {
        List<Bytes> words = new ArrayList<>();
        arguments.clear();
        namedKeys = 0;
        group = command.group();
        command.usage().name().forEach(word -> add(new Term.Token(word), anyCase(word), words));
        List<Term> terms = new ArrayList<>(command.usage().terms());
        shuffleOptions(terms);
        terms.forEach(term -> draw(term, words));
        return words.toArray(Bytes[]::new);
    }

    /** What each word of the request drawn last stands for: an argument or a token. */
    List<Term> arguments() {
        return arguments;
    }

    private void add(Term term, String word, List<Bytes> words) {
        add(term, Bytes.of(word), words);
    }

    private void add(Term term, Bytes word, List<Bytes> words) {
        arguments.add(term);
        words.add(word);
    }

    /** Those at the end that begin with a token. */
    private void shuffleOptions(List<Term> terms) {
        int from = terms.size();
        while (from > 0 && isOption(terms.get(from - 1))) {
            from--;
        }
        for (int i = terms.size() - 1; i > from; i--) {
            int other = random.nextInt(from, i + 1);
            Term term = terms.get(i);
            terms.set(i, terms.get(other));
            terms.set(other, term);
        }
    }

    private static boolean isOption(Term term) {
        return term instanceof Term.Maybe maybe && beginsWithToken(maybe.term());
    }

    private static boolean beginsWithToken(Term term) {
        return switch (term) {
            case Term.Token token -> true;
            case Term.OneOf oneOf -> oneOf.choices().stream().allMatch(UsageGenerator::beginsWithToken);
            case Term.Block block -> beginsWithToken(block.terms().getFirst());
            case Term.Argument argument -> false;
            case Term.Maybe maybe -> false;
            case Term.Repeated repeated -> beginsWithToken(repeated.term());
        };
    }

    private void draw(Term term, List<Bytes> words) {
        switch (term) {
            case Term.Argument argument -> {
                if (argument.name().equals("serialized-value")) {
                    add(argument, payload(), words);
                } else {
                    add(argument, word(argument), words);
                }
            }
            case Term.Token token -> add(token, anyCase(token.text()), words);
            case Term.Maybe maybe -> {
                if (random.nextBoolean()) {
                    draw(maybe.term(), words);
                }
            }
            case Term.OneOf oneOf ->
                draw(oneOf.choices().get(random.nextInt(oneOf.choices().size())), words);
            case Term.Block block -> block.terms().forEach(part -> draw(part, words));
            case Term.Repeated repeated -> {
                String name = repeated.term() instanceof Term.Argument argument ? argument.name() : "";
                boolean perKey = name.equals("weight") || name.equals("id") && namedKeys > 0;
                int usualMax = random.nextInt(LONG_REPETITIONS) == 0 ? 200 : 3;
                long times = perKey ? namedKeys : counted > 0 ? counted : 1 + random.nextInt(usualMax);
                counted = 0;
                namedKeys = name.equals("key") ? times : namedKeys;
                for (long i = 0; i < times; i++) {
                    draw(repeated.term(), words);
                }
            }
        }
    }

    private String word(Term.Argument argument) {
        return switch (argument.type()) {
            case KEY -> key();
            case STRING ->
                group == Group.STREAM && STREAM_WORDS.contains(argument.name())
                        ? streamWord(argument.name())
                        : text(argument.name());
            case PATTERN -> pattern();
            case DOUBLE -> decimal(argument.name());
            case UNIX_TIME -> Long.toString(unixTime(argument.name()));
            case INTEGER -> integer(argument.name());
        };
    }

    private String text(String name) {
        return switch (name) {
            case "max", "min", "start", "stop" -> bound();
            case "encoding" -> (random.nextBoolean() ? "i" : "u") + random.nextInt(1, 64);
            default -> member();
        };
    }

    /** Few, so that they meet. */
    private String streamWord(String name) {
        String id = random.nextInt(9) + (random.nextBoolean() ? "-" + random.nextInt(3) : "");
        return switch (name) {
            case "group", "consumer" -> name + random.nextInt(2);
            case "threshold" -> Integer.toString(random.nextInt(8));
            case "start", "end" ->
                switch (random.nextInt(4)) {
                    case 0 -> "-";
                    case 1 -> "+";
                    case 2 -> "(" + id;
                    default -> id;
                };
            default -> id;
        };
    }

    /** Most of the time one of the family's own, so that keys of one type meet. */
    private String key() {
        return (random.nextInt(4) > 0 ? group.wireName() : "key") + random.nextInt(4);
    }

    /** A key as a request of a command of {@code family} would have it. */
    Bytes anyKey(Group family) {
        group = family;
        return Bytes.of(key());
    }

    /** What DUMP could have returned. */
    private Bytes payload() {
        List<Bytes> members = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            members.add(Bytes.of(member()));
        }
        List<Bytes> distinct = members.stream().distinct().toList();
        Bytes payload = switch (random.nextInt(5)) {
            case 0 -> RdbWriter.write(members.getFirst());
            case 1 -> RdbWriter.write(ListValue.empty().push(ListEnd.TAIL, members, SHAPES), 0, Integer.MAX_VALUE);
            case 2 -> {
                SetValue set = SetValue.empty(distinct.getFirst(), distinct.size(), SHAPES);
                for (Bytes member : distinct) {
                    set = set.add(member, SHAPES);
                }
                yield RdbWriter.write(set, 0, Integer.MAX_VALUE);
            }
            case 3 -> {
                HashValue hash = HashValue.empty();
                for (Bytes field : distinct) {
                    hash = hash.put(field, Bytes.of(member()), SHAPES);
                }
                yield RdbWriter.write(hash, 0, Integer.MAX_VALUE);
            }
            default -> {
                SortedSetValue set = SortedSetValue.empty();
                for (Bytes member : distinct) {
                    set = set.put(member, random.nextInt(-40, 40) / 4.0, SHAPES);
                }
                yield RdbWriter.write(set, 0, Integer.MAX_VALUE);
            }
        };
        return Objects.requireNonNull(payload);
    }

    /** Mostly of a few, so that they meet in different keys. */
    private String member() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> "word" + random.nextInt(4);
            case 3, 4 -> Integer.toString(random.nextInt(10));
            case 5 -> Integer.toString(random.nextInt(1_000));
            case 6 -> "longer".repeat(random.nextInt(1, 14)) + random.nextInt(4);
            default -> decimal();
        };
    }

    /** Long ago or far away: no test sees it come. */
    private long unixTime(String name) {
        long seconds = random.nextInt(4) == 0
                ? random.nextLong(1, 1_000_000_000L)
                : random.nextLong(4_000_000_000L, 8_000_000_000L);
        return name.endsWith("milliseconds") ? seconds * 1000 + random.nextInt(1000) : seconds;
    }

    /** Where a range of ranks, scores or strings may begin or end. */
    private String bound() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextBoolean() ? "-" : "+";
            case 1 -> (random.nextBoolean() ? "[" : "(") + "word" + random.nextInt(4);
            case 2 -> (random.nextBoolean() ? "[" : "(") + random.nextInt(100);
            case 3 -> "(" + decimal();
            case 4 -> random.nextBoolean() ? "-inf" : "+inf";
            default -> Integer.toString(random.nextInt(-20, 20));
        };
    }

    private String pattern() {
        if (random.nextInt(4) == 0) {
            return PATTERNS_OF_SORT.get(random.nextInt(PATTERNS_OF_SORT.size()));
        }
        String marks = "key*?[0-2]^\\";
        StringBuilder pattern = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            pattern.append(marks.charAt(random.nextInt(marks.length())));
        }
        return pattern.toString();
    }

    private String decimal(String name) {
        return switch (name) {
            case "max", "min" -> bound();
            case "longitude" -> Double.toString(random.nextInt(-1_810_000, 1_810_000) / 1e4);
            case "latitude" -> Double.toString(random.nextInt(-860_000, 860_000) / 1e4);
            case "radius", "width", "height" -> random.nextInt(5) == 0 ? "0" : Integer.toString(random.nextInt(30_000));
            case "score", "weight" ->
                switch (random.nextInt(8)) {
                    case 0 -> decimal();
                    case 1 -> random.nextBoolean() ? "inf" : "-inf";
                    default -> Double.toString(random.nextInt(-20, 20) / 2.0);
                };
            default -> decimal();
        };
    }

    private String decimal() {
        String digits = Long.toString(random.nextLong() >> random.nextInt(64));
        return switch (random.nextInt(3)) {
            case 0 -> digits;
            case 1 -> digits + "." + random.nextLong(Long.MAX_VALUE);
            default -> digits + "e" + random.nextInt(-40, 40);
        };
    }

    private String integer(String name) {
        if (name.equals("milliseconds")) {
            // Long enough to outlive a test, and no two so near that it matters when each was asked for.
            return Long.toString(random.nextLong(100_000_000L, 1_000_000_000_000L));
        }
        if (name.equals("seconds")) {
            return Long.toString(random.nextLong(100_000L, 1_000_000_000L));
        }
        if (group == Group.BITMAP) {
            return Long.toString(bits(name));
        }
        if (name.equals("min-idle-time")) {
            // None, or longer than a test.
            return random.nextBoolean() ? "0" : Integer.toString(1_000_000_000);
        }
        int value = 1 + random.nextInt(15);
        if (name.equals("numkeys")) {
            counted = value;
            namedKeys = value;
        }
        if (name.equals("numfields") || name.equals("numids")) {
            counted = value;
        }
        return Integer.toString(value);
    }

    private long bits(String name) {
        return switch (name) {
            case "offset" -> random.nextInt(random.nextInt(20) == 0 ? 100_000 : 200);
            case "start", "end" -> random.nextInt(-300, 300);
            case "bit" -> random.nextInt(2);
            case "value" -> random.nextBoolean() ? random.nextInt(2) : random.nextLong() >> random.nextInt(64);
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private String anyCase(String word) {
        return random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT);
    }
}
