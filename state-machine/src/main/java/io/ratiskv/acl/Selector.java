package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Command;
import io.ratiskv.command.KeyFlag;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of permissions: commands, on keys, on channels. A user has one or more. Immutable; any thread. */
final class Selector {
    private final boolean allKeys;
    private final List<KeyPattern> keys;
    private final boolean allChannels;
    private final List<Bytes> channels;
    private final List<GlobPattern> channelPatterns;
    private final boolean beginsWithAll;
    private final List<Bytes> commandRules;
    private final boolean allCommands;

    /** By {@link Command#number}. */
    private final BitSet commands;

    /** Where only these first arguments of a command are allowed, by its number. */
    private final Map<Integer, List<String>> firstArguments;

    Selector(SelectorEdit made) {
        this.allKeys = made.allKeys;
        this.keys = List.copyOf(made.keys);
        this.allChannels = made.allChannels;
        this.channels = List.copyOf(made.channels);
        this.channelPatterns = channels.stream().map(GlobPattern::compile).toList();
        this.beginsWithAll = made.beginsWithAll;
        this.commandRules = List.copyOf(made.commandRules);
        this.commands = (BitSet) made.commands.clone();
        this.firstArguments = Collections.unmodifiableMap(new TreeMap<>(made.firstArguments));
        this.allCommands = beginsWithAll && commandRules.isEmpty();
    }

    /** Begins to change a copy. */
    SelectorEdit edit(CommandNames names, boolean lenient) {
        SelectorEdit edit = new SelectorEdit(names, lenient);
        edit.allKeys = allKeys;
        edit.keys.addAll(keys);
        edit.allChannels = allChannels;
        edit.channels.addAll(channels);
        edit.beginsWithAll = beginsWithAll;
        edit.commandRules.addAll(commandRules);
        edit.commands.or(commands);
        edit.firstArguments.putAll(firstArguments);
        return edit;
    }

    boolean isUnrestricted() {
        return allKeys && allChannels && allCommands;
    }

    /** Null if it is allowed. */
    @Nullable
    Denial check(Command command, Bytes[] words) {
        if (!allowsCommand(command, words)) {
            return new Denial(Denial.Reason.COMMAND, 0);
        }
        int key = allKeys ? -1 : deniedKey(command, words);
        if (key >= 0) {
            return new Denial(Denial.Reason.KEY, key);
        }
        int channel = allChannels ? -1 : deniedChannel(command, words);
        return channel >= 0 ? new Denial(Denial.Reason.CHANNEL, channel) : null;
    }

    boolean readsAllKeys() {
        return allKeys || keys.stream().anyMatch(KeyPattern::readsAll);
    }

    private boolean allowsCommand(Command command, Bytes[] words) {
        if (allCommands || commands.get(command.number())) {
            return true;
        }
        List<String> first = firstArguments.get(command.number());
        return first != null && words.length > 1 && first.contains(Words.lower(words[1]));
    }

    private int deniedKey(Command command, Bytes[] words) {
        int[] denied = {-1};
        command.keyUses(words, (position, use) -> {
            if (denied[0] < 0 && !allowsKey(words[position], use)) {
                denied[0] = position;
            }
        });
        return denied[0];
    }

    private boolean allowsKey(Bytes key, Set<KeyFlag> use) {
        for (KeyPattern pattern : keys) {
            if (pattern.allows(key, use)) {
                return true;
            }
        }
        return false;
    }

    private int deniedChannel(Command command, Bytes[] words) {
        ChannelUse use = ChannelUse.of(command);
        if (use == ChannelUse.NONE) {
            return -1;
        }
        int end = use == ChannelUse.PUBLISHES ? 2 : words.length;
        for (int i = 1; i < end; i++) {
            if (!allowsChannel(words[i], use == ChannelUse.SUBSCRIBES_PATTERNS)) {
                return i;
            }
        }
        return -1;
    }

    /** @param asPattern the very pattern must be allowed: what it matches can not be told */
    boolean allowsChannel(Bytes channel, boolean asPattern) {
        if (allChannels) {
            return true;
        }
        if (asPattern) {
            return channels.contains(channel);
        }
        for (GlobPattern pattern : channelPatterns) {
            if (pattern.matches(channel)) {
                return true;
            }
        }
        return false;
    }

    // As rules

    /** The rules that make it. */
    List<Bytes> rules() {
        List<Bytes> rules = new ArrayList<>();
        if (allKeys) {
            rules.add(Bytes.of("~*"));
        } else {
            keys.forEach(key -> rules.add(key.rule()));
        }
        if (allChannels) {
            rules.add(Bytes.of("&*"));
        } else {
            rules.add(Bytes.of("resetchannels"));
            channels.forEach(channel -> rules.add(Words.joined("&", channel)));
        }
        rules.addAll(rulesOfCommands());
        return rules;
    }

    private List<Bytes> rulesOfCommands() {
        List<Bytes> rules = new ArrayList<>();
        rules.add(Bytes.of(beginsWithAll ? "+@all" : "-@all"));
        rules.addAll(commandRules);
        return rules;
    }

    Bytes describedCommands() {
        return Words.spaced(rulesOfCommands());
    }

    Bytes describedKeys() {
        return allKeys
                ? Bytes.of("~*")
                : Words.spaced(keys.stream().map(KeyPattern::rule).toList());
    }

    Bytes describedChannels() {
        return allChannels
                ? Bytes.of("&*")
                : Words.spaced(channels.stream()
                        .map(channel -> Words.joined("&", channel))
                        .toList());
    }
}
