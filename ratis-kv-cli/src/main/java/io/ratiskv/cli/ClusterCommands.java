package io.ratiskv.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The subcommands of an operator. Confined to the main thread; picocli fills the fields. */
final class ClusterCommands {
    private ClusterCommands() {}

    @Command(name = "status", description = "Tells a node's role, term and indices, and how far its peers are.")
    static final class Status implements Callable<Integer> {
        private final RaftCli root;

        Status(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            try (Nodes nodes = root.nodes()) {
                Answer answer = nodes.report("/status");
                return root.printer().print(answer, status -> text(answer.node(), status));
            }
        }

        /** Every figure on a line, then the peers as a table: what a later server adds is shown too. */
        static String text(String node, Result status) {
            if (!(status instanceof Result.Struct object)) return HumanText.of(status);
            List<List<String>> facts = new ArrayList<>();
            facts.add(List.of("asked", node));
            object.properties().forEach((name, value) -> {
                if (!(value instanceof Result.Array)) facts.add(List.of(name.replace('_', ' '), fact(value)));
            });
            String text = Printer.table(facts);
            if (object.get("peers") instanceof Result.Array peers
                    && !peers.elements().isEmpty()) {
                text += "\n\n" + rows("peer", "id", peers.elements());
            }
            return text;
        }

        private static String fact(Result value) {
            return switch (value) {
                case Result.Null n -> "-";
                case Result.Struct object -> {
                    List<String> parts = new ArrayList<>();
                    object.properties().forEach((name, part) -> parts.add(name.replace('_', ' ') + " " + fact(part)));
                    yield String.join(", ", parts);
                }
                case Result.Text text -> text.string();
                case Result.Numeric number -> number.digits();
                case Result.Bool bool -> bool.value() ? "yes" : "no";
                case Result.Array array -> HumanText.of(array);
            };
        }
    }

    @Command(
            name = "health",
            description = "Asks every address whether its node is ready for clients; 0 when all are, else 3.")
    static final class Health implements Callable<Integer> {
        private final RaftCli root;

        Health(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            List<Answer> answers;
            try (Nodes nodes = root.nodes()) {
                answers = nodes.reports("/health/ready");
            }
            Verdict worst = Verdict.OK;
            List<List<String>> rows = new ArrayList<>();
            for (Answer answer : answers) {
                worst = worst.worse(answer.verdict());
                String word =
                        answer.good() ? "ready" : answer.result() == Result.Null.NULL ? "unreachable" : "not ready";
                @Nullable String error = answer.error();
                rows.add(List.of(answer.node(), word, error == null ? "" : error));
                if (root.output() == Output.JSON) root.surroundings().out().println(json(answer));
            }
            if (root.output() == Output.HUMAN) root.surroundings().out().println(Printer.table(rows));
            return worst.exitCode();
        }

        private static String json(Answer answer) {
            return Json.object(json -> {
                json.writeStringProperty("node", answer.node());
                json.writeBooleanProperty("ready", answer.good());
                if (answer.error() != null) json.writeStringProperty("reason", answer.error());
            });
        }
    }

    @Command(
            name = "members",
            description = "Lists the members of the group: who leads, where each serves, how far it is.",
            footer = {
                "",
                "A node is added in three steps: start it with --join, members add, and members promote when it has caught"
                        + " up. Exit code 3 of promote says that it has not yet."
            })
    static final class Members implements Callable<Integer> {
        private final RaftCli root;

        Members(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return run(
                    root,
                    /* reads= */ true,
                    // It alone knows how far the others are.
                    /* ofLeader= */ true,
                    members -> members instanceof Result.Array array
                                    && !array.elements().isEmpty()
                            ? rows("member", "id", array.elements())
                            : HumanText.of(members),
                    "RAFT.MEMBERS");
        }

        @Command(
                name = "add",
                description = "Adds a node that was started with --join: it gets everything, and does not vote yet.")
        int add(
                @Parameters(paramLabel = "NODE", description = "Its --id.") String node,
                @Parameters(paramLabel = "RAFT", description = "Where it speaks Raft, HOST:PORT.") String raft,
                @Parameters(
                                paramLabel = "PEER",
                                arity = "0..1",
                                description = "Where it speaks to nodes, HOST:PORT. Default: the Raft port + 10000.")
                        @Nullable
                        String peer) {
            return change(
                    peer == null ? new String[] {"RAFT.ADD", node, raft} : new String[] {"RAFT.ADD", node, raft, peer});
        }

        @Command(name = "promote", description = "Makes a node a voter that was added and has caught up.")
        int promote(@Parameters(paramLabel = "NODE") String node) {
            return change("RAFT.PROMOTE", node);
        }

        @Command(name = "remove", description = "Removes a node from the group for good; its process ends.")
        int remove(@Parameters(paramLabel = "NODE") String node) {
            return change("RAFT.REMOVE", node);
        }

        private int change(String... words) {
            return run(root, /* reads= */ false, /* ofLeader= */ true, HumanText::of, words);
        }
    }

    @Command(name = "transfer", description = "Hands the leadership to a node, or to any that is up to date.")
    static final class Transfer implements Callable<Integer> {
        private final RaftCli root;

        @Parameters(arity = "0..1", paramLabel = "NODE")
        private @Nullable String node;

        Transfer(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            String[] words = node == null ? new String[] {"RAFT.TRANSFER"} : new String[] {"RAFT.TRANSFER", node};
            // Only it can hand over what it has.
            return run(root, /* reads= */ false, /* ofLeader= */ true, HumanText::of, words);
        }
    }

    @Command(
            name = "snapshot",
            description = "Takes a snapshot of the state of the node asked; prints the index it holds.")
    static final class Snapshot implements Callable<Integer> {
        private final RaftCli root;

        Snapshot(RaftCli root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            return run(
                    root,
                    /* reads= */ false,
                    /* ofLeader= */ false,
                    index -> "snapshot at index " + index.plain(),
                    "RAFT.SNAPSHOT");
        }
    }

    private static int run(
            RaftCli root, boolean reads, boolean ofLeader, Function<Result, String> human, String... words) {
        List<byte[]> bytes = Stream.of(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
        try (Nodes nodes = root.nodes()) {
            if (ofLeader) nodes.preferLeader();
            return root.printer().print(nodes.command(Json.command(bytes), reads), human);
        }
    }

    /** A table of objects: a column for each property of the first. */
    private static String rows(String title, String titled, List<Result> objects) {
        List<List<String>> rows = new ArrayList<>();
        if (!(objects.getFirst() instanceof Result.Struct first)) return HumanText.of(new Result.Array(objects));
        List<String> names = List.copyOf(first.properties().keySet());
        rows.add(names.stream()
                .map(name ->
                        name.equals(titled) ? title : name.replace('_', ' ').replace('-', ' '))
                .toList());
        for (Result element : objects) {
            Map<String, Result> properties =
                    element instanceof Result.Struct object ? object.properties() : Map.<String, Result>of();
            rows.add(names.stream()
                    .map(name -> cell(properties.getOrDefault(name, Result.Null.NULL)))
                    .toList());
        }
        return Printer.table(rows);
    }

    private static String cell(Result value) {
        // -1 is what a command says where a report says null: only the leader knows.
        String text = value.plain();
        return text.isEmpty() || text.equals("-1") ? "-" : text;
    }
}
