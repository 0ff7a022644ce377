package io.ratiskv.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The subcommand {@code repl}. Confined to the main thread. */
@Command(
        name = "repl",
        description = {
            "Runs commands of the server as they are typed, with history, completion and hints.",
            "Where standard input is no terminal, it is a script: one command on a line. All are run; the exit code is the"
                    + " worst of them.",
            "The history stands in ~/.raft-cli-history; RAFT_CLI_HISTORY names another file, or none when it is empty."
        })
final class ReplCommand implements Callable<Integer> {
    private final RaftCli root;

    ReplCommand(RaftCli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        Surroundings surroundings = root.surroundings();
        try (Nodes nodes = root.nodes()) {
            if (!surroundings.inputIsTerminal()) return new Dialogue(nodes, root.printer()).script(surroundings.in());
            // Who types sees what answers, and it is not raft-cli that complains.
            Dialogue dialogue = new Dialogue(nodes, root.printer("(error) "));
            Prompt.run(
                    dialogue, root.access().addresses().getFirst().getAuthority(), history(surroundings.environment()));
            return Verdict.OK.exitCode();
        }
    }

    private static @Nullable Path history(Map<String, String> environment) {
        String named = environment.get("RAFT_CLI_HISTORY");
        if (named != null) return named.isEmpty() ? null : Path.of(named);
        String home = environment.get("HOME");
        return home == null ? null : Path.of(home, ".raft-cli-history");
    }
}
