package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.transcript.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes of a request that a usage line allows one that presses its limits or goes beyond them. Confined to one thread.
 *
 * <p>Hostile words are chosen by the type of the argument they stand for, so that most of them come as far as the
 * command's own checks.
 */
final class Spoiler {
    private static final List<Bytes> INTEGERS = words("""
            0 1 -1 -0 +1 01 " 1" "1 " 1.0 1e3 0x10 "" x "1\\x00" - --1 100 -100
            2147483647 2147483648 -2147483648 -2147483649 4294967295 4294967296 4294967297
            9223372036854775 9223372036854775807 9223372036854775808
            -9223372036854775807 -9223372036854775808 -9223372036854775809 -4611686018427387904
            18446744073709551615 18446744073709551617 99999999999999999999999""");

    private static final List<Bytes> DECIMALS = words("""
            0x10 0x1.8p3 -0X.8p-2 0x 0x1p nan -nan inf -inf +inf iNfiNity 1e400 -1e400 1e-400 1e308 1.7976931348623157e308 4.9e-324
            2.2250738585072014e-308 1e-5 1e21 1e17 123456789012345678 9007199254740993 0.1 0.30000000000000004
            3.0 -0 -0.0 +5 .5 5. 1e e1 --1 1,5 1f 1d 1_0 " 1" "1 " "1\\x00" "" x""");

    private static final List<Bytes> STRINGS = words("""
            "" "\\x00" "\\r\\n" "a b" %s%n * ? [ - + ( [a (a (1 inf NX 0 -0 1e3 \u00e9 "\\xff\\xfe\\x00\\x80"
            000000000000000000000000000000 ................................................................
            .................................................................""");

    private static final List<Bytes> PATTERNS = words("""
            "" * ** ? ??* [ [] [^] [a- [a-] [z-a]* [^a]* "\\\\" "*\\\\" "\\\\*" "[\\\\]]*" *a*e*t* [[]* string[0-1] *[!k]*
            "\\x00*" "\\xff\\xfe\\x00\\x80\"""");

    private static final List<Bytes> NAMES = words("""
            "" x GETT "get\\r\\nset" "\\x00" "a b'c" \u00e9 "\\xff\\xfe\\x00\\x80"
            nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn""");

    private final SplittableRandom random;
    private final List<Command> commands;

    /** Words of one command are put into requests of others. */
    Spoiler(SplittableRandom random, List<Command> commands) {
        this.random = random;
        this.commands = commands;
    }

    /**
     * The request with one to three words changed, dropped, doubled, exchanged or added behind its name.
     *
     * @param arguments what each word stands for, {@link UsageGenerator#arguments()}
     */
    Bytes[] spoil(Command command, Bytes[] words, List<Term> arguments) {
        List<Bytes> spoilt = new ArrayList<>(List.of(words));
        List<Term> meant = new ArrayList<>(arguments);
        int from = command.usage().name().size();
        for (int i = 1 + random.nextInt(3) / 2; i > 0; i--) {
            if (spoilt.size() == from || random.nextInt(16) == 0) {
                insert(spoilt, meant, from + random.nextInt(spoilt.size() - from + 1));
                continue;
            }
            int at = random.nextInt(from, spoilt.size());
            switch (random.nextInt(10)) {
                case 0 -> {
                    spoilt.remove(at);
                    meant.remove(at);
                }
                case 1 -> {
                    spoilt.add(at, spoilt.get(at));
                    meant.add(at, meant.get(at));
                }
                case 2 -> {
                    int other = random.nextInt(from, spoilt.size());
                    spoilt.set(other, spoilt.set(at, spoilt.get(other)));
                }
                default -> spoilt.set(at, hostile(command, meant.get(at)));
            }
        }
        return spoilt.toArray(Bytes[]::new);
    }

    /** A request of a command that neither side knows, with the words of another. */
    Bytes[] unknown(Bytes[] words) {
        Bytes[] renamed = words.clone();
        renamed[0] = any(NAMES);
        return renamed;
    }

    private void insert(List<Bytes> words, List<Term> meant, int at) {
        Command other = commands.get(random.nextInt(commands.size()));
        UsageGenerator generator = new UsageGenerator(random);
        Bytes[] donor = generator.draw(other);
        int from = random.nextInt(donor.length);
        words.add(at, donor[from]);
        meant.add(at, generator.arguments().get(from));
    }

    private Bytes hostile(Command command, Term meant) {
        if (random.nextInt(24) == 0) {
            return any(STRINGS);
        }
        if (!(meant instanceof Term.Argument argument)) {
            return random.nextBoolean() ? token(command) : any(STRINGS);
        }
        return switch (argument.type()) {
            case KEY -> key();
            case STRING -> any(STRINGS);
            case PATTERN -> any(PATTERNS);
            case DOUBLE -> any(DECIMALS);
            case INTEGER, UNIX_TIME -> any(INTEGERS);
        };
    }

    /** Of another family, most of the time. */
    private Bytes key() {
        return new UsageGenerator(random)
                .anyKey(commands.get(random.nextInt(commands.size())).group());
    }

    /** One of the command's own, so that options meet that exclude each other. */
    private Bytes token(Command command) {
        List<Bytes> tokens = new ArrayList<>();
        command.usage().terms().forEach(term -> collectTokens(term, tokens));
        return tokens.isEmpty() ? any(STRINGS) : any(tokens);
    }

    private static void collectTokens(Term term, List<Bytes> tokens) {
        switch (term) {
            case Term.Token token -> tokens.add(Bytes.of(token.text()));
            case Term.Argument argument -> {}
            case Term.Maybe maybe -> collectTokens(maybe.term(), tokens);
            case Term.Repeated repeated -> collectTokens(repeated.term(), tokens);
            case Term.OneOf oneOf -> oneOf.choices().forEach(choice -> collectTokens(choice, tokens));
            case Term.Block block -> block.terms().forEach(part -> collectTokens(part, tokens));
        }
    }

    private Bytes any(List<Bytes> words) {
        return words.get(random.nextInt(words.size()));
    }

    /** As transcripts spell them. */
    private static List<Bytes> words(String text) {
        return List.of(Transcript.words(text.replace('\n', ' ')));
    }
}
