package io.ratiskv.cli.pages;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One shell in which the examples of a page run from top to bottom, as somebody follows it in a fresh checkout after the build.
 * It has a network, a home and processes of its own, so default ports are free and nothing outlives it. One thread.
 */
final class Reading {
    private static final int MINUTES_MAX = 10;
    /** Processes end with the first of their namespace, and that with the test. */
    private static final List<String> APART = List.of(
            "unshare",
            System.getProperty("user.name").equals("root") ? "--mount" : "--map-root-user",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc");

    private static final List<String> BUILT = List.of("ratis-kv-server", "ratis-kv-cli");

    private final Path folder;
    private final Map<String, List<String>> interpreters;

    /** @param interpreters what runs a program, by its language; its file is the last word */
    Reading(Path folder, Map<String, List<String>> interpreters) {
        this.folder = folder;
        this.interpreters = interpreters;
    }

    /** Why no page can be read on this machine; null where it can. */
    static @Nullable String impossible() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(APART);
        command.addAll(List.of("ip", "link", "set", "lo", "up"));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? null : "no network of its own: " + said.strip();
        } catch (IOException missing) {
            return "no network of its own: " + missing.getMessage();
        }
    }

    /** Runs all; returns what went wrong, empty when nothing did. */
    String run(String page, List<Example> examples) throws IOException, InterruptedException {
        Path checkout = checkout();
        Path home = Files.createDirectories(folder.resolve("home"));
        // On a terminal curl shows no progress of so short an answer.
        Files.writeString(home.resolve(".curlrc"), "no-progress-meter\n");

        StringBuilder script = new StringBuilder("""
                set -eE
                trap 'echo "exit code $? of: $BASH_COMMAND"' ERR
                ip link set lo up
                cd "%s"
                """.formatted(checkout));
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            Files.writeString(file(i, ".sh"), command(i, example));
            script.append("echo ")
                    .append(i)
                    .append(" >\"")
                    .append(folder.resolve("at"))
                    .append("\"\n");
            String run = ". \"" + file(i, ".sh") + "\" >\"" + file(i, ".out") + "\" 2>&1 </dev/null";
            if (example.runsOn() == null) script.append(run).append('\n');
            else script.append("""
                    ( %s ) &
                    until grep -qsF '%s' "%s"; do
                        kill -0 $!
                        sleep 0.1
                    done
                    """.formatted(run, example.runsOn(), file(i, ".out")));
        }
        script.append("echo end >\"").append(folder.resolve("at")).append("\"\n");

        List<String> command = new ArrayList<>(APART);
        Files.writeString(folder.resolve("at"), "0");
        command.addAll(List.of(
                "bash",
                Files.writeString(folder.resolve("page.sh"), script.toString()).toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("page.out").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("RA") || name.startsWith("JAVA"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("RATIS_KV_HEAP", "512m");
        // redis-cli writes as for a person although nobody looks.
        environment.put("FAKETTY", "1");
        Process process = builder.start();
        Thread lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
        process.getOutputStream().close();
        boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        return verdict(page, examples, ended);
    }

    private String verdict(String page, List<Example> examples, boolean ended) throws IOException {
        String at = Files.readString(folder.resolve("at")).strip();
        int reached = at.equals("end") ? examples.size() : Integer.parseInt(at);
        StringBuilder wrong = new StringBuilder();
        for (int i = 0; i < Math.min(reached + 1, examples.size()); i++) {
            Example example = examples.get(i);
            String output = Files.exists(file(i, ".out")) ? Files.readString(file(i, ".out")) : "";
            @Nullable String complaint = i < reached ? example.complaint(output) : ended ? "failed" : "does not end";
            if (complaint == null) continue;
            wrong.append("\n%s:%d: %s\n--- example\n%s--- output\n%s\n"
                    .formatted(page, example.line(), complaint, example.text(), output));
        }
        if (reached < examples.size()) wrong.append(Files.readString(folder.resolve("page.out")));
        return wrong.toString();
    }

    private String command(int number, Example example) throws IOException {
        List<String> interpreter = interpreters.get(example.language());
        if (interpreter == null) return example.text();
        String ending = example.language().equals("js") ? ".mjs" : "." + example.language();
        Path file = Files.writeString(file(number, ending), example.text());
        return "'" + String.join("' '", interpreter) + "' '" + file + "'\n";
    }

    private Path file(int number, String ending) {
        return folder.resolve("example-" + number + ending);
    }

    /** What a page speaks of: the sources that are no Java, and the programs as they were built. */
    private Path checkout() throws IOException, InterruptedException {
        Path checkout = Files.createDirectories(folder.resolve("ratis-kv"));
        StringBuilder copies = new StringBuilder("set -e\n");
        copies.append("cp -a README.md LICENSE pom.xml deploy docs '%s'\n".formatted(checkout));
        for (String module : BUILT) {
            copies.append("mkdir -p '%1$s/%2$s/target'\ncp -a %2$s/bin '%1$s/%2$s'\n".formatted(checkout, module));
            // The times of the jars, which the archives for quick starts name, stay.
            copies.append("cp -a %2$s/target/*.jar %2$s/target/lib '%1$s/%2$s/target'\n".formatted(checkout, module));
            copies.append("cp -a %2$s/target/*.aot %2$s/target/*.jsa '%1$s/%2$s/target' 2>&1 || true\n"
                    .formatted(checkout, module));
        }
        // Younger than its sources, so that nothing is built again.
        copies.append("touch '%s/ratis-kv-server/target/.built-by-local-cluster'\n".formatted(checkout));
        Process process = new ProcessBuilder("bash", "-c", copies.toString())
                .directory(new File(".."))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException("what was built can not be copied: " + said);
        return checkout;
    }
}
