package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** The files of {@code deploy/}, and the programs that read them. */
final class Deploy {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path FOLDER = ROOT.resolve("deploy");

    private static final Pattern OPTION = Pattern.compile("RATIS_KV_[A-Z_]*[A-Z]");

    private Deploy() {}

    record Ended(int code, String text) {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<Path> files(Path folder, String... endings) {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> List.of(endings).stream()
                            .anyMatch(ending -> file.toString().endsWith(ending)))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Every document of a file; a key that stands twice is an error. */
    static List<Object> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Object> documents = new ArrayList<>();
        new Yaml(options).loadAll(yaml).forEach(document -> {
            if (document != null) documents.add(document);
        });
        return documents;
    }

    /** What stands at a path of keys and positions; null where there is nothing. */
    static @Nullable Object at(@Nullable Object tree, Object... path) {
        @Nullable Object here = tree;
        for (Object step : path) {
            if (here instanceof Map<?, ?> map) here = map.get(step);
            else if (here instanceof List<?> list && step instanceof Integer index) here = list.get(index);
            else return null;
        }
        return here;
    }

    /** Names of the environment that the reference of options or the launcher knows. */
    static Set<String> optionNames() {
        return names(read(ROOT.resolve("docs/configuration.md")));
    }

    /** Every name of the environment that a text gives. */
    static Set<String> names(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) return true;
        }
        return false;
    }

    /** Runs a program to its end; standard output and error together. */
    static Ended run(Path folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> String.join(" ", command) + " does not end");
        return new Ended(process.exitValue(), text);
    }
}
