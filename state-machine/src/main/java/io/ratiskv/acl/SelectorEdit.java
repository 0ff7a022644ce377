package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Category;
import io.ratiskv.command.Command;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A {@link Selector} while rules change it. Confined to one thread. */
final class SelectorEdit {
    private final CommandNames names;

    /** Whether rules of commands that this release does not have are kept, without use. */
    private final boolean lenient;

    boolean allKeys;
    final List<KeyPattern> keys = new ArrayList<>();
    boolean allChannels;
    final List<Bytes> channels = new ArrayList<>();

    /** Whether {@code +@all} came last of it and {@code -@all}: commands to come are allowed. */
    boolean beginsWithAll;

    /** What came since, in order, without what later rules undid. */
    final List<Bytes> commandRules = new ArrayList<>();

    final BitSet commands = new BitSet();
    final Map<Integer, List<String>> firstArguments = new TreeMap<>();

    SelectorEdit(CommandNames names) {
        this(names, /* lenient= */ false);
    }

    SelectorEdit(CommandNames names, boolean lenient) {
        this.names = names;
        this.lenient = lenient;
    }

    /** Applies a rule; null if it is one. */
    @Nullable
    Problem apply(Bytes rule) {
        switch (Words.lower(rule)) {
            case "allkeys", "~*" -> setAllKeys(true);
            case "resetkeys" -> setAllKeys(false);
            case "allchannels", "&*" -> setAllChannels(true);
            case "resetchannels" -> setAllChannels(false);
            case "allcommands", "+@all" -> setAllCommands(true);
            case "nocommands", "-@all" -> setAllCommands(false);
            default -> {
                Problem problem = applyToOne(rule);
                if (problem == Problem.UNKNOWN_COMMAND && lenient) {
                    remember(tail(rule), rule.at(0) == '+');
                    return null;
                }
                return problem;
            }
        }
        return null;
    }

    private @Nullable Problem applyToOne(Bytes rule) {
        char first = rule.length() == 0 ? ' ' : (char) rule.at(0);
        boolean ofCategory = rule.length() > 1 && rule.at(1) == '@';
        return switch (first) {
            case '~', '%' -> addKeys(rule);
            case '&' -> addChannels(rule.slice(1, rule.length() - 1));
            case '+' -> ofCategory ? category(rule, true) : allow(tail(rule));
            case '-' -> ofCategory ? category(rule, false) : forbid(tail(rule));
            default -> Problem.SYNTAX;
        };
    }

    private static String tail(Bytes rule) {
        return Words.lower(rule).substring(1);
    }

    // Keys and channels

    private void setAllKeys(boolean all) {
        allKeys = all;
        keys.clear();
    }

    private void setAllChannels(boolean all) {
        allChannels = all;
        channels.clear();
    }

    /** {@code ~pattern}, {@code %R~pattern}, {@code %W~pattern}, {@code %RW~pattern}. */
    private @Nullable Problem addKeys(Bytes rule) {
        if (allKeys) {
            return Problem.ALL_KEYS_ALREADY;
        }
        boolean reads = rule.at(0) == '~';
        boolean writes = reads;
        int at = 1;
        if (!reads) {
            int tilde = rule.latin1().indexOf('~');
            // Without one the pattern is empty, which matches the empty key.
            at = tilde < 0 ? rule.length() : tilde + 1;
            String kinds = Words.lower(rule.slice(1, (tilde < 0 ? rule.length() : tilde) - 1));
            reads = kinds.indexOf('r') >= 0;
            writes = kinds.indexOf('w') >= 0;
            if (kinds.length() != (reads ? 1 : 0) + (writes ? 1 : 0) || kinds.isEmpty()) {
                return Problem.SYNTAX;
            }
        }
        Bytes pattern = rule.slice(at, rule.length() - at);
        if (Words.hasSpaces(pattern)) {
            return Problem.SYNTAX;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).pattern().equals(pattern)) {
                keys.set(i, keys.get(i).with(reads, writes));
                return null;
            }
        }
        keys.add(new KeyPattern(pattern, reads, writes));
        return null;
    }

    private @Nullable Problem addChannels(Bytes pattern) {
        if (allChannels) {
            return Problem.ALL_CHANNELS_ALREADY;
        }
        if (Words.hasSpaces(pattern)) {
            return Problem.SYNTAX;
        }
        if (!channels.contains(pattern)) {
            channels.add(pattern.owned());
        }
        return null;
    }

    // Commands

    private void setAllCommands(boolean all) {
        beginsWithAll = all;
        commandRules.clear();
        firstArguments.clear();
        commands.clear();
        if (all) {
            names.all().forEach(command -> set(command, true));
        }
    }

    /** A command with all its subcommands. */
    private void set(Command command, boolean allowed) {
        commands.set(command.number(), allowed);
        firstArguments.remove(command.number());
        command.subcommands().forEach(subcommand -> commands.set(subcommand.number(), allowed));
    }

    private @Nullable Problem category(Bytes rule, boolean allowed) {
        Category category = CommandNames.category(tail(rule).substring(1));
        if (category == null) {
            return Problem.UNKNOWN_COMMAND;
        }
        remember(tail(rule), allowed);
        for (Command command : names.all()) {
            if (command.categories().contains(category)) {
                set(command, allowed);
            }
            for (Command subcommand : command.subcommands()) {
                if (subcommand.categories().contains(category)) {
                    set(subcommand, allowed);
                }
            }
        }
        return null;
    }

    private @Nullable Problem forbid(String name) {
        Command command = names.find(name);
        if (command == null) {
            return Problem.UNKNOWN_COMMAND;
        }
        set(command, false);
        remember(command.name(), false);
        return null;
    }

    private @Nullable Problem allow(String name) {
        int bar = name.lastIndexOf('|');
        Command command = names.find(bar < 0 ? name : name.substring(0, bar));
        if (command == null) {
            return Problem.UNKNOWN_COMMAND;
        }
        if (bar < 0) {
            set(command, true);
            remember(command.name(), true);
            return null;
        }
        if (command.name().indexOf('|') >= 0) {
            return Problem.FIRST_WORD_OF_SUBCOMMAND;
        }
        if (bar == name.length() - 1) {
            return Problem.SYNTAX;
        }
        if (command.isContainer()) {
            Command subcommand = names.find(name);
            if (subcommand == null) {
                return Problem.UNKNOWN_COMMAND;
            }
            set(subcommand, true);
        } else {
            allowFirst(command, name.substring(bar + 1));
        }
        remember(name, true);
        return null;
    }

    private void allowFirst(Command command, String argument) {
        List<String> allowed = new ArrayList<>(firstArguments.getOrDefault(command.number(), List.of()));
        if (!allowed.contains(argument)) {
            allowed.add(argument);
        }
        firstArguments.put(command.number(), List.copyOf(allowed));
    }

    /** The latest rule of a command is the one that counts, and undoes those of its subcommands. */
    private void remember(String name, boolean allowed) {
        commandRules.removeIf(rule -> {
            String earlier = rule.latin1().substring(1);
            return earlier.equals(name) || earlier.startsWith(name + "|");
        });
        commandRules.add(Words.latin1((allowed ? "+" : "-") + name));
    }
}
