package io.ratiskv.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
            return commandLine(surroundings).execute(args);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    private static CommandLine commandLine(Surroundings surroundings) {
        RaftCli root = new RaftCli(surroundings);
        CommandLine commands = new CommandLine(root)
                .addSubcommand(new KeyCommands.Set(root))
                .addSubcommand(new KeyCommands.Get(root))
                .addSubcommand(new KeyCommands.Delete(root))
                .addSubcommand(new KeyCommands.Any(root))
                .addSubcommand(new ClusterCommands.Status(root))
                .addSubcommand(new ClusterCommands.Health(root))
                .addSubcommand(new ClusterCommands.Members(root))
                .addSubcommand(new ClusterCommands.Transfer(root))
                .addSubcommand(new ClusterCommands.Snapshot(root))
                .addSubcommand(new ReplCommand(root))
                .addSubcommand(new BenchmarkCommand(root));
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

    private static PrintStream print(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }
}
