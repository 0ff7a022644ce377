package io.ratiskv.server;

import io.ratiskv.server.Option.Section;
import org.jspecify.annotations.Nullable;

/** The table of options as text: a commented file and a reference page. Any thread. */
final class ConfigText {
    private static final int COMMENT_COLUMNS = 100;

    private ConfigText() {}

    /**
     * A complete TOML file: every option with its sentence. What {@code sources} set stands as it is, everything else is
     * commented out with its default, so that a later default takes effect. A secret is never written.
     */
    static String toml(ConfigSources sources) {
        StringBuilder text = new StringBuilder("""
                # Configuration of ratis-kv-server (TOML).
                # A flag --NAME or an environment variable RATIS_KV_NAME overrides what stands here.
                """);
        @Nullable Section section = null;
        for (Option<?> option : Options.ALL) {
            if (option.section() != section) {
                section = option.section();
                text.append("\n\n# ---- ").append(section.title).append(" ----\n");
            }
            text.append('\n');
            wrap(text, option.sentence());
            wrap(text, "Type: " + option.kind().label() + ". Default: " + option.defaultNote() + ".");
            @Nullable Setting setting = sources.settings().get(option.name());
            if (setting != null && !option.secret()) {
                text.append(option.name()).append(" = ").append(literal(option, setting.text()));
            } else {
                String shown = option.defaultText() == null ? "" : option.defaultText();
                text.append("# ").append(option.name()).append(" = ").append(literal(option, shown));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** The reference page {@code docs/configuration.md}. */
    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                <!-- Generated from the table of options in Options.java; a test fails when this page is stale.
                     mvn test -pl ratis-kv-server -am -Dtest=ConfigurationPageTest -Dratiskv.regenerate=true \\
                         -Dsurefire.failIfNoSpecifiedTests=false writes it anew. -->

                Every option can be given as a flag, in the environment, or in a file; a flag overrides the environment,
                the environment the file, the file the default. An unknown option or a wrong value is an error at the
                start that names it; all problems come in one message, and the process exits with code 2.

                The flag `--fsync always`, `RATIS_KV_FSYNC=always` in the environment (capitals, and `-` becomes `_`) and the
                line `fsync = "always"` in a file of TOML say the same; a file whose name ends in `.json` is JSON.

                ```sh
                export PATH=$PWD/ratis-kv-server/bin:$PATH
                ratis-kv-server --generate-config >kv.toml      # every option with its meaning and default
                ratis-kv-server --check-config kv.toml
                ```

                <!-- runs on: has started -->
                ```sh
                RATIS_KV_SLOWLOG_MAX_LEN=256 ratis-kv-server --config kv.toml --log-format json
                ```

                `--config` can be given as `RATIS_KV_CONFIG`. An empty environment variable counts as not set. Sizes are bytes, alone or with
                KiB, MiB, GiB (or Redis' kb, mb, gb), all powers of 1024. The number of databases is fixed at %d.

                A password belongs in a file (`requirepass-file`) or in the environment: flags are visible in the list of
                processes. It is never logged.

                The launcher reads three more variables: `RATIS_KV_HEAP` (the heap, for example `2g`; without it at most a
                quarter of the memory), `RATIS_KV_JAVA_OPTS` (further options of the JVM) and `RATIS_KV_CACHE` (the
                directory of the archive that shortens a start).
                """.formatted(ServerConfig.DATABASES));
        for (Section section : Section.values()) {
            page.append("\n## ").append(section.title).append("\n\n");
            page.append("| option | environment | type | default | what it does |\n|---|---|---|---|---|\n");
            Options.ALL.stream()
                    .filter(option -> option.section() == section)
                    .forEach(option -> page.append("| `--")
                            .append(option.name())
                            .append("` | `")
                            .append(option.environmentName())
                            .append("` | ")
                            .append(option.kind().label().replace("|", "\\|"))
                            .append(" | ")
                            .append(option.defaultNote())
                            .append(" | ")
                            .append(option.sentence())
                            .append(" |\n"));
        }
        return page.toString();
    }

    private static String literal(Option<?> option, String text) {
        if (option.kind().bare()) return text;
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static void wrap(StringBuilder text, String sentence) {
        int column = 0;
        for (String word : sentence.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > COMMENT_COLUMNS) {
                if (column > 0) text.append('\n');
                text.append('#');
                column = 1;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
    }
}
