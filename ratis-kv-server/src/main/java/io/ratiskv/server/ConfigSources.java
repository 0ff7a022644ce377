package io.ratiskv.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of every option that somebody gave, by precedence: flag, environment, file. Immutable; any thread.
 *
 * @param settings by option name; only names of the table
 * @param problems what does not name an option, or cannot be read
 */
record ConfigSources(Map<String, Setting> settings, List<String> problems) {
    private static final String PREFIX = "RATIS_KV_";

    /** The launcher's own names. */
    private static final List<String> LAUNCHER_NAMES = List.of("RATIS_KV_HEAP", "RATIS_KV_JAVA_OPTS", "RATIS_KV_CACHE");

    private static final String CONFIG_NAME = "RATIS_KV_CONFIG";

    /** What Kubernetes adds to the environment of every pod beside a service called ratis-kv or ratis-kv-…. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("RATIS_KV_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");

    static ConfigSources gather(Arguments arguments, Map<String, String> environment) {
        List<String> problems = new ArrayList<>(arguments.problems());
        Map<String, Setting> settings = new HashMap<>();

        @Nullable String file = arguments.configFile() != null ? arguments.configFile() : environment.get(CONFIG_NAME);
        if (file != null && !file.isEmpty()) {
            ConfigFile.read(Path.of(file), problems).forEach((key, setting) -> {
                if (Options.named(key) == null) {
                    problems.add(
                            key + " (" + setting.source() + "): there is no such option" + Spelling.suggestion(key));
                } else {
                    settings.put(key, setting);
                }
            });
        }

        // An empty variable counts as absent: container tools set those for options that were left out.
        Map<String, String> names = new HashMap<>();
        for (Option<?> option : Options.ALL) names.put(option.environmentName(), option.name());
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(PREFIX) || text.isEmpty()) return;
            @Nullable String name = names.get(variable);
            if (name != null) {
                settings.put(name, new Setting(text, "environment " + variable));
            } else if (!isForeign(variable)) {
                problems.add(variable + " (environment): there is no such option");
            }
        });

        settings.putAll(arguments.settings());
        return new ConfigSources(Map.copyOf(settings), List.copyOf(problems));
    }

    private static boolean isForeign(String variable) {
        return variable.equals(CONFIG_NAME)
                || LAUNCHER_NAMES.contains(variable)
                || SERVICE_LINK.matcher(variable).matches();
    }
}
