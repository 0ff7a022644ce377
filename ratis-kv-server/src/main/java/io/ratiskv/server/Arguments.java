package io.ratiskv.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the command line says: what to do, and the text of each option given as a flag. Immutable; any thread.
 *
 * @param action what the process is asked to do
 * @param settings by option name
 * @param configFile the file named by {@code --config} or after {@code --check-config}; null when none is
 * @param backup the file named by {@code --verify-backup} or {@code --restore}; null when none is
 * @param restoring the other words about a restore, by flag
 * @param problems flags that do not exist, lack their value or are given twice
 */
record Arguments(
        Action action,
        Map<String, Setting> settings,
        @Nullable String configFile,
        @Nullable String backup,
        Map<String, String> restoring,
        List<String> problems) {

    /** What the process is asked to do. */
    enum Action {
        SERVE,
        CHECK_CONFIG,
        GENERATE_CONFIG,
        REBUILD,
        VERIFY_BACKUP,
        RESTORE,
        VERSION,
        HELP
    }

    static final String CONFIG_SENTENCE =
            "Reads options from a TOML file, or from a JSON file when its name ends in .json.";

    static final String RESTORE_AS = "--restore-as";
    static final String RESTORE_ARCHIVE = "--restore-archive";
    static final String RESTORE_TO = "--restore-to";

    private static final String RESTORE = "--restore";
    private static final String VERIFY_BACKUP = "--verify-backup";
    private static final String CHECK_CONFIG = "--check-config";
    private static final String CONFIG = "--config";
    private static final int USAGE_COLUMNS = 100;

    static Arguments parse(String... args) {
        CommandLine commandLine = commandLine();
        ParseResult parsed = commandLine.parseArgs(args);
        List<String> problems = new ArrayList<>();
        for (Exception error : parsed.errors()) problems.add(describe(error));
        problems.addAll(unmatched(parsed.unmatched()));

        Map<String, Setting> settings = new LinkedHashMap<>();
        for (Option<?> option : Options.ALL) {
            if (!parsed.hasMatchedOption(option.flag())) continue;
            List<String> texts = parsed.matchedOptionValue(option.flag(), List.of());
            if (texts.size() > 1) problems.add(option.flag() + ": given more than once");
            if (!texts.isEmpty()) settings.put(option.name(), new Setting(texts.get(0), "flag"));
        }

        @Nullable String configFile = parsed.matchedOptionValue(CONFIG, null);
        @Nullable String checked = parsed.matchedOptionValue(CHECK_CONFIG, null);
        if (checked != null && !checked.isEmpty()) {
            if (configFile != null) problems.add(CHECK_CONFIG + ": names a file although --config does too");
            configFile = checked;
        }
        Action action = actionOf(parsed);
        Map<String, String> restoring = new LinkedHashMap<>();
        for (String flag : List.of(RESTORE_AS, RESTORE_ARCHIVE, RESTORE_TO)) {
            @Nullable String word = parsed.matchedOptionValue(flag, null);
            if (word != null && action != Action.RESTORE) problems.add(flag + ": goes with " + RESTORE);
            if (word != null) restoring.put(flag, word);
        }
        @Nullable String backup = parsed.matchedOptionValue(action == Action.RESTORE ? RESTORE : VERIFY_BACKUP, null);
        return new Arguments(
                action, Map.copyOf(settings), configFile, backup, Map.copyOf(restoring), List.copyOf(problems));
    }

    /** What {@code --help} prints. */
    static String usage() {
        return commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static Action actionOf(ParseResult parsed) {
        if (parsed.hasMatchedOption("--help")) return Action.HELP;
        if (parsed.hasMatchedOption("--version")) return Action.VERSION;
        if (parsed.hasMatchedOption("--generate-config")) return Action.GENERATE_CONFIG;
        if (parsed.hasMatchedOption("--rebuild")) return Action.REBUILD;
        if (parsed.hasMatchedOption(VERIFY_BACKUP)) return Action.VERIFY_BACKUP;
        if (parsed.hasMatchedOption(RESTORE)) return Action.RESTORE;
        if (parsed.hasMatchedOption(CHECK_CONFIG)) return Action.CHECK_CONFIG;
        return Action.SERVE;
    }

    private static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("ratis-kv-server");
        spec.usageMessage()
                .customSynopsis("Usage: ratis-kv-server [OPTION]...")
                .description(
                        "A strongly consistent store for any Redis client. Without options: one node, a group of its own,"
                                + " durable in ./data, on loopback.",
                        "Each option can also be set in the environment as RATIS_KV_… (for example RATIS_KV_FSYNC) and"
                                + " in a file; flag > environment > file > default.")
                .width(USAGE_COLUMNS)
                .sortOptions(false);
        int place = 0;
        for (Option.Section section : Option.Section.values()) {
            ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                    .validate(false)
                    .heading("%n" + section.title + "%n")
                    .order(place++);
            Options.ALL.stream()
                    .filter(option -> option.section() == section)
                    .forEach(option -> group.addArg(flagOf(option)));
            spec.addArgGroup(group.build());
        }
        ArgGroupSpec.Builder process = ArgGroupSpec.builder()
                .validate(false)
                .heading("%nConfiguration and information%n")
                .order(place);
        process.addArg(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .arity("1")
                .type(String.class)
                .description(CONFIG_SENTENCE)
                .build());
        process.addArg(OptionSpec.builder(CHECK_CONFIG)
                .paramLabel("FILE")
                .arity("0..1")
                .fallbackValue("")
                .type(String.class)
                .description("Checks the configuration (of FILE, or of --config), then ends: 0 good, 2 not.")
                .build());
        process.addArg(word(
                "Puts the log and the snapshots of this node aside, so that its next start gets everything from the other"
                        + " nodes, then ends: 0 done, 1 not. For a node that refuses to start on what it holds.",
                "--rebuild"));
        process.addArg(file(
                VERIFY_BACKUP,
                "FILE",
                "Reads a backup to its end and tells what is in it, then ends: 0 whole, 1 not."));
        process.addArg(file(
                RESTORE,
                "FILE",
                "Fills the empty data directory of this node with a backup, then ends: 0 done, 1 not. To be run on every node"
                        + " of a new cluster, with its usual options; nodes of the old one never talk to it."));
        process.addArg(file(
                RESTORE_AS,
                "NAME",
                "With --restore: a name of the new cluster, the same on every node and never used before for these members,"
                        + " such as the date."));
        process.addArg(file(
                RESTORE_ARCHIVE,
                "DIRECTORY",
                "With --restore: what the old cluster archived (its --archive) is restored, too."));
        process.addArg(file(
                RESTORE_TO,
                "INDEX|TIME",
                "With --restore-archive: the last entry that is restored, or the time after which none is, such as"
                        + " 2026-11-27T05:00:00Z. Default: everything."));
        process.addArg(word("Prints a complete commented configuration file, then ends.", "--generate-config"));
        process.addArg(word("Prints the version, then ends.", "--version"));
        process.addArg(word("Prints this help, then ends.", "-h", "--help"));
        spec.addArgGroup(process.build());
        spec.parser().collectErrors(true).unmatchedArgumentsAllowed(true).unmatchedOptionsArePositionalParams(false);
        // A password may begin with @ and contain ${…}: neither means anything here.
        return new CommandLine(spec).setExpandAtFiles(false).setInterpolateVariables(false);
    }

    private static OptionSpec flagOf(Option<?> option) {
        boolean isSwitch = option.kind().equals(Kind.FLAG);
        String sentence = (option.sentence() + " Default: " + option.defaultNote() + ".").replace("%", "%%");
        // A list, because picocli lets the last one win silently inside a group of options.
        OptionSpec.Builder flag = OptionSpec.builder(option.flag())
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(isSwitch ? "0..1" : "1")
                .paramLabel(option.kind().label())
                .hideParamSyntax(isSwitch)
                .description(sentence);
        if (isSwitch) flag.fallbackValue("true");
        return flag.build();
    }

    private static OptionSpec word(String sentence, String... names) {
        String[] others = Arrays.copyOfRange(names, 1, names.length);
        return OptionSpec.builder(names[0], others)
                .arity("0")
                .type(boolean.class)
                .description(sentence)
                .build();
    }

    private static OptionSpec file(String name, String label, String sentence) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .arity("1")
                .type(String.class)
                .description(sentence)
                .build();
    }

    private static String describe(Exception error) {
        if (error instanceof CommandLine.MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return option.longestName() + ": needs a value, " + option.paramLabel();
        }
        return String.valueOf(error.getMessage());
    }

    /** Names flags that do not exist; a word behind one is taken for its value and kept out: it may be a password. */
    private static List<String> unmatched(List<String> words) {
        List<String> problems = new ArrayList<>();
        boolean behindFlag = false;
        for (String word : words) {
            if (word.startsWith("-")) {
                int equals = word.indexOf('=');
                String flag = equals < 0 ? word : word.substring(0, equals);
                problems.add(flag + ": there is no such option" + Spelling.suggestion(flag));
                behindFlag = equals < 0;
            } else {
                if (!behindFlag) problems.add("\"" + word + "\": not an option; options begin with --");
                behindFlag = false;
            }
        }
        return problems;
    }
}
