package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What COMMAND, its subcommands and every HELP answer: all of it read from the table. Immutable; any thread.
 *
 * <p>The shapes are those of Redis 7.2: <a href="https://redis.io/docs/latest/commands/command/">COMMAND</a>,
 * <a href="https://redis.io/docs/latest/commands/command-docs/">COMMAND DOCS</a>.
 */
public final class CommandCatalog {
    private static final Reply UNKNOWN = typed("unknown", new Reply.Map(List.of()));

    private final CommandTable table;

    public CommandCatalog(CommandTable table) {
        this.table = table;
    }

    /**
     * Answers COMMAND, its subcommands and the HELP of any container.
     *
     * @param request with a number of words its command takes
     * @return null for any other request
     */
    public @Nullable Reply answer(Request request) {
        Command command = table.find(request);
        if (command == null) {
            return null;
        }
        try {
            return switch (command.name()) {
                case "command" -> Reply.array(infos(table.commands()));
                case "command|count" -> Reply.of(table.commands().size());
                case "command|info" -> info(request.words());
                case "command|docs" -> docs(request.words());
                case "command|list" -> list(request.words());
                case "command|getkeys" -> keys(request.words(), /* withFlags= */ false);
                case "command|getkeysandflags" -> keys(request.words(), /* withFlags= */ true);
                default -> command.name().endsWith("|help") ? help(request) : null;
            };
        } catch (CommandException e) {
            return e.reply();
        }
    }

    private Reply info(Bytes[] words) {
        if (words.length == 2) {
            return Reply.array(infos(table.commands()));
        }
        List<Reply> infos = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            @Nullable Command command = findByFullName(words[i]);
            infos.add(command == null ? Reply.NULL : info(command));
        }
        return Reply.array(infos);
    }

    /** {@code get} or {@code config|get}. */
    private @Nullable Command findByFullName(Bytes fullName) {
        String[] parts = fullName.latin1().split("\\|", -1);
        if (parts.length > 2) {
            return null;
        }
        @Nullable Command command = table.find(Bytes.of(parts[0]));
        return command == null || parts.length == 1 ? command : command.subcommand(Bytes.of(parts[1]));
    }

    private static List<Reply> infos(List<Command> commands) {
        return commands.stream().map(CommandCatalog::info).toList();
    }

    private static Reply info(Command command) {
        KeyRange range = command.keyRange();
        return Reply.array(List.of(
                Reply.bulk(command.name()),
                Reply.of(command.arity()),
                statuses(command.flags().stream().map(Flag::wireName).toList()),
                Reply.of(range.first()),
                Reply.of(range.last()),
                Reply.of(range.step()),
                statuses(command.categories().stream()
                        .map(category -> "@" + category.wireName())
                        .toList()),
                new Reply.Set(
                        command.documentation().tips().stream().map(Reply::bulk).toList()),
                new Reply.Set(
                        command.keySpecs().stream().map(CommandCatalog::keySpec).toList()),
                Reply.array(infos(command.subcommands()))));
    }

    private static Reply statuses(List<String> words) {
        return new Reply.Set(words.stream().<Reply>map(Reply.Simple::new).toList());
    }

    private static Reply keySpec(KeySpec spec) {
        Reply begin = switch (spec.begin()) {
            case KeySpec.Index index -> typed("index", map("index", Reply.of(index.position())));
            case KeySpec.Keyword it ->
                typed("keyword", map("keyword", Reply.bulk(it.keyword()), "startfrom", Reply.of(it.startFrom())));
            case KeySpec.LastOption it -> UNKNOWN;
            case KeySpec.Nowhere it -> UNKNOWN;
        };
        Reply find = spec.isKnown() ? found(spec.find()) : UNKNOWN;
        return map("flags", keyFlags(spec.flags()), "begin_search", begin, "find_keys", find);
    }

    private static Reply found(KeySpec.Find find) {
        return switch (find) {
            case KeySpec.Range range ->
                typed(
                        "range",
                        map(
                                "lastkey",
                                Reply.of(range.last()),
                                "keystep",
                                Reply.of(range.step()),
                                "limit",
                                Reply.of(range.limit())));
            case KeySpec.Counted counted ->
                typed(
                        "keynum",
                        map("keynumidx", Reply.of(0), "firstkey", Reply.of(1), "keystep", Reply.of(counted.step())));
        };
    }

    private static Reply typed(String type, Reply spec) {
        return map("type", Reply.bulk(type), "spec", spec);
    }

    private static Reply keyFlags(Set<KeyFlag> flags) {
        return statuses(flags.stream().map(KeyFlag::wireName).toList());
    }

    private Reply docs(Bytes[] words) {
        Collection<Command> wanted = new ArrayList<>();
        if (words.length == 2) {
            wanted.addAll(table.commands());
        }
        for (int i = 2; i < words.length; i++) {
            @Nullable Command command = findByFullName(words[i]);
            if (command != null) {
                wanted.add(command);
            }
        }
        return docs(wanted);
    }

    private static Reply docs(Collection<Command> commands) {
        List<Reply> namesAndDocs = new ArrayList<>();
        for (Command command : commands) {
            namesAndDocs.add(Reply.bulk(command.name()));
            namesAndDocs.add(docs(command));
        }
        return new Reply.Map(namesAndDocs);
    }

    private static Reply docs(Command command) {
        Command.Documentation documentation = command.documentation();
        List<Reply> docs = new ArrayList<>();
        put(docs, "summary", Reply.bulk(documentation.summary()));
        put(docs, "since", Reply.bulk(documentation.since()));
        put(docs, "group", Reply.bulk(command.group().wireName()));
        put(docs, "complexity", Reply.bulk(documentation.complexity()));
        if (documentation.deprecatedSince() != null) {
            put(docs, "doc_flags", statuses(List.of("deprecated")));
            put(docs, "deprecated_since", Reply.bulk(documentation.deprecatedSince()));
        }
        if (documentation.replacedBy() != null) {
            put(docs, "replaced_by", Reply.bulk(documentation.replacedBy()));
        }
        if (command.isContainer()) {
            put(docs, "subcommands", docs(command.subcommands()));
        } else if (!command.usage().terms().isEmpty()) {
            put(docs, "arguments", new ArgumentDocs(command).all());
        }
        return new Reply.Map(docs);
    }

    private Reply list(Bytes[] words) {
        Predicate<Command> filter = command -> true;
        if (words.length > 2) {
            if (words.length != 5 || !words[2].equalsIgnoreCase("FILTERBY")) {
                throw CommandException.syntax();
            }
            filter = filter(words[3], words[4]);
        }
        List<Reply> names = new ArrayList<>();
        for (Command command : table.commands()) {
            addName(names, command, filter);
            for (Command subcommand : command.subcommands()) {
                addName(names, subcommand, filter);
            }
        }
        return Reply.array(names);
    }

    private static void addName(List<Reply> names, Command command, Predicate<Command> filter) {
        if (filter.test(command)) {
            names.add(Reply.bulk(command.name()));
        }
    }

    private static Predicate<Command> filter(Bytes kind, Bytes argument) {
        if (kind.equalsIgnoreCase("MODULE")) {
            return command -> false;
        }
        if (kind.equalsIgnoreCase("ACLCAT")) {
            String wanted = argument.latin1().toLowerCase(Locale.ROOT);
            return command ->
                    command.categories().stream().anyMatch(it -> it.wireName().equals(wanted));
        }
        if (kind.equalsIgnoreCase("PATTERN")) {
            GlobPattern pattern = GlobPattern.compile(argument, /* ignoreCase= */ true);
            return command -> pattern.matches(Bytes.of(command.name()));
        }
        throw CommandException.syntax();
    }

    private Reply keys(Bytes[] words, boolean withFlags) {
        Bytes[] request = java.util.Arrays.copyOfRange(words, 2, words.length);
        @Nullable Command command = table.find(request, 0);
        if (command == null) {
            throw new CommandException("ERR Invalid command specified");
        }
        if (command.keySpecs().isEmpty()) {
            throw new CommandException("ERR The command has no key arguments");
        }
        if (!command.takes(request.length)) {
            throw new CommandException("ERR Invalid number of arguments specified for command");
        }
        List<Reply> keys = new ArrayList<>();
        boolean fits = command.keySpecs().stream().allMatch(spec -> spec.fits(request));
        for (int i = 0; fits && i < command.keySpecs().size(); i++) {
            Set<KeyFlag> flags = command.keyFlags(i, request);
            command.keySpecs().get(i).positions(request, position -> {
                Reply key = Reply.bulk(request[position]);
                keys.add(withFlags ? Reply.array(List.of(key, keyFlags(flags))) : key);
            });
        }
        // Scripts may have none.
        if (keys.isEmpty() && command.group() != Group.SCRIPTING) {
            throw new CommandException("ERR Invalid arguments specified for command");
        }
        return Reply.array(keys);
    }

    private Reply help(Request request) {
        @Nullable Command container = table.find(request.name());
        if (container == null) {
            throw new IllegalStateException("no container of " + request);
        }
        List<String> lines = new ArrayList<>();
        lines.add(container.typedName() + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (Command subcommand : container.subcommands()) {
            if (!subcommand.lastWord().equals("HELP")) {
                lines.add(subcommand.usageLine().substring(container.typedName().length() + 1));
                lines.add("    " + subcommand.summary());
            }
        }
        lines.add("HELP");
        lines.add("    Prints this help.");
        return Reply.array(lines.stream().<Reply>map(Reply.Simple::new).toList());
    }

    private static void put(List<Reply> keysAndValues, String key, Reply value) {
        keysAndValues.add(Reply.bulk(key));
        keysAndValues.add(value);
    }

    private static Reply map(String key, Reply value) {
        return new Reply.Map(List.of(Reply.bulk(key), value));
    }

    private static Reply map(String key1, Reply value1, String key2, Reply value2) {
        return new Reply.Map(List.of(Reply.bulk(key1), value1, Reply.bulk(key2), value2));
    }

    private static Reply map(String key1, Reply value1, String key2, Reply value2, String key3, Reply value3) {
        return new Reply.Map(List.of(Reply.bulk(key1), value1, Reply.bulk(key2), value2, Reply.bulk(key3), value3));
    }
}
