package io.ratiskv.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The process {@code raft-cli}. Confined to the main thread. {@link Verdict} lists the exit codes. */
public final class Main {
    /** A mistake of ours: none of the verdicts. */
    static final int FAILED = 70;

    private Main() {}

    public static void main(String[] args) {
        Surroundings surroundings = new Surroundings(
                System.getenv(),
                System.in,
                print(FileDescriptor.out),
                print(FileDescriptor.err),
                // The launcher looks: the JDK can not tell the three streams apart.
                Boolean.getBoolean("raft-cli.terminal.in"),
                Boolean.getBoolean("raft-cli.terminal.err"));
        System.exit(run(surroundings, args));
    }

    /** @return the exit code */
    static int run(Surroundings surroundings, String... args) {
        try {
            return commandLine(surroundings, args).execute(args);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    private static CommandLine commandLine(Surroundings surroundings, String... args) {
        RaftCli root = new RaftCli(surroundings);
        CommandLine commands = new CommandLine(root);
        Map<String, Supplier<Object>> all = subcommands(root);
        // To describe a subcommand to picocli takes as long as to run it: only what may be meant, all where none is.
        Set<String> words = Set.copyOf(Arrays.asList(args));
        boolean any = all.keySet().stream().anyMatch(words::contains);
        all.forEach((name, subcommand) -> {
            if (!any || words.contains(name)) commands.addSubcommand(name, subcommand.get());
        });
        // A value may begin with a dash, and neither @ nor ${...} means anything in one.
        commands.getSubcommands().forEach((name, command) -> {
            if (name.equals("set") || name.equals("command")) command.setStopAtPositional(true);
        });
        return commands.setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new java.io.PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
                .setErr(new java.io.PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((thrown, line, parsed) -> {
                    surroundings.err().println("raft-cli: failed: " + thrown);
                    thrown.printStackTrace(surroundings.err());
                    return FAILED;
                });
    }

    /** In the order in which help lists them. */
    private static Map<String, Supplier<Object>> subcommands(RaftCli root) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("set", () -> new KeyCommands.Set(root));
        all.put("get", () -> new KeyCommands.Get(root));
        all.put("delete", () -> new KeyCommands.Delete(root));
        all.put("command", () -> new KeyCommands.Any(root));
        all.put("repl", () -> new ReplCommand(root));
        all.put("status", () -> new ClusterCommands.Status(root));
        all.put("health", () -> new ClusterCommands.Health(root));
        all.put("members", () -> new ClusterCommands.Members(root));
        all.put("transfer", () -> new ClusterCommands.Transfer(root));
        all.put("snapshot", () -> new ClusterCommands.Snapshot(root));
        all.put("backup", () -> new BackupCommand(root));
        all.put("export", () -> new ExportCommand(root));
        all.put("import", () -> new ImportCommand(root));
        all.put("verify", () -> new VerifyCommand(root));
        all.put("benchmark", () -> new BenchmarkCommand(root));
        return all;
    }

    private static PrintStream print(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }
}
