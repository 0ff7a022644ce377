package io.ratiskv.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The subcommands that read and write keys. Confined to the main thread; picocli fills the fields. */
final class KeyCommands {
    private KeyCommands() {}

    /** What makes a write that may be sent again. */
    static final class Repetition {
        private static final int LENGTH_MAX = 255;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        @Option(
                names = "--once",
                paramLabel = "NAME",
                description =
                        "A name for this write, of your choice: however often it is sent under it, by this call or"
                                + " another, it is done once and answered the same. Kept for a day.")
        private @Nullable String name;

        @Nullable
        String key() {
            if (name == null) return null;
            boolean plain = name.chars().allMatch(c -> c > ' ' && c < 127);
            if (plain && !name.isEmpty() && name.length() <= LENGTH_MAX) return name;
            throw new ParameterException(
                    spec.commandLine(), "a name of --once has 1 to " + LENGTH_MAX + " ASCII characters and no blanks");
        }
    }

    @Command(name = "set", description = "Sets the string value of a key. Options stand before the key.")
    static final class Set implements Callable<Integer> {
        private final RaftCli root;

        @Parameters(index = "0", paramLabel = "KEY")
        private String key;

        @Parameters(index = "1", paramLabel = "VALUE")
        private String value;

        @Mixin
        private final Repetition repetition = new Repetition();

        Set(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            try (Nodes nodes = root.nodes()) {
                return root.printer()
                        .print(nodes.command(Json.plain("SET", key, value), false, repetition.key()), HumanText::of);
            }
        }
    }

    @Command(name = "get", description = "Prints the string value of a key, (nil) where there is none.")
    static final class Get implements Callable<Integer> {
        private final RaftCli root;

        @Parameters(paramLabel = "KEY")
        private String key;

        Get(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            try (Nodes nodes = root.nodes()) {
                return root.printer().printRaw(nodes.command(Json.plain("GET", key, null), true));
            }
        }
    }

    @Command(name = "delete", description = "Removes a key of any type; prints how many there were.")
    static final class Delete implements Callable<Integer> {
        private final RaftCli root;

        @Parameters(paramLabel = "KEY")
        private String key;

        @Mixin
        private final Repetition repetition = new Repetition();

        Delete(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            try (Nodes nodes = root.nodes()) {
                return root.printer()
                        .print(nodes.command(Json.plain("DELETE", key, null), false, repetition.key()), HumanText::of);
            }
        }
    }

    @Command(
            name = "command",
            description = "Runs any command of the server, as in: raft-cli command HSET user:1 name ann."
                    + " Options stand before the command.")
    static final class Any implements Callable<Integer> {
        private final RaftCli root;

        @Parameters(arity = "1..*", paramLabel = "WORD")
        private List<String> words;

        @Mixin
        private final Repetition repetition = new Repetition();

        Any(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            List<byte[]> bytes = words.stream()
                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                    .toList();
            try (Nodes nodes = root.nodes()) {
                Answer answer = nodes.command(Json.command(bytes), Vocabulary.reads(bytes), repetition.key());
                return root.printer().print(answer, HumanText::of);
            }
        }
    }
}
