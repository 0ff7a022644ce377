package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Draws requests of every command that is declared with a body: what its usage line allows, the same spoilt, names that
 * do not exist, and COMMAND's questions about the keys of a request. Confined to one thread.
 */
public final class RequestGenerator {
    private final SplittableRandom random;
    private final List<Command> commands;
    private final UsageGenerator usages;
    private final Spoiler spoiler;

    /** Of the commands of {@code table} that {@code wanted} chooses. */
    public RequestGenerator(SplittableRandom random, CommandTable table, Predicate<Command> wanted) {
        this.random = random;
        this.commands = table.commands().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()))
                .filter(command -> command.body() != null && wanted.test(command))
                .toList();
        this.usages = new UsageGenerator(random);
        this.spoiler = new Spoiler(random, commands);
    }

    public Bytes[] draw() {
        while (true) {
            Command command = commands.get(random.nextInt(commands.size()));
            Bytes[] words = usages.draw(command);
            if (isFlush(command) && random.nextInt(20) > 0) {
                continue;
            }
            if (random.nextInt(3) == 0) {
                words = spoiler.spoil(command, words, usages.arguments());
            }
            return switch (random.nextInt(128)) {
                case 0 -> spoiler.unknown(words);
                case 1 -> asked("GETKEYS", words);
                case 2 -> asked("GETKEYSANDFLAGS", words);
                default -> words;
            };
        }
    }

    /** Drawn as often as the others they would leave nothing to compare. */
    private static boolean isFlush(Command command) {
        return command.name().startsWith("flush");
    }

    private static Bytes[] asked(String question, Bytes[] words) {
        return Stream.concat(Stream.of("COMMAND", question).map(Bytes::of), Stream.of(words))
                .toArray(Bytes[]::new);
    }
}
