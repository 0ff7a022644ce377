package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A command or subcommand, as its paragraph declares it. Immutable; any thread.
 *
 * <p>A container ({@code CLIENT}) has subcommands ({@code CLIENT LIST}), whose {@link #name()} is {@code client|list}.
 */
public final class Command {
    private static final int[] NO_KEYS = {};
    private static final int[] KEY_AT_ONE = {1};

    private final String name;
    private final int number;
    private final Kind kind;
    private final Usage usage;
    private final int arity;
    private final Set<Flag> flags;
    private final Set<Category> categories;
    private final Group group;
    private final List<KeySpec> keySpecs;
    private final KeyRange keyRange;
    private final boolean keyAtOneAlone;
    private final Documentation documentation;
    private final @Nullable Variation variation;
    private final @Nullable CommandBody body;
    private final boolean scans;
    private final List<Command> subcommands;
    private final NameIndex subcommandsByName;

    Command(Declaration declared, int number, List<Command> subcommands) {
        this.number = number;
        this.usage = declared.usage();
        this.name = declared.name();
        this.kind = declared.kind();
        this.arity = declared.arity();
        this.keySpecs = declared.keySpecs();
        this.keyRange = KeyRange.of(keySpecs);
        this.keyAtOneAlone = keySpecs.size() == 1 && keyRange.equals(new KeyRange(1, 1, 1, true));
        this.flags = declared.flags(!keyRange.complete());
        this.categories = declared.categories();
        this.group = declared.group();
        this.documentation = declared.documentation();
        this.variation = declared.variation();
        this.body = declared.body();
        this.scans = declared.isScan();
        this.subcommands = subcommands;
        this.subcommandsByName = new NameIndex(subcommands);
    }

    /**
     * What COMMAND DOCS tells beside the grammar.
     *
     * @param replacedBy what to use instead of a deprecated command, null like {@code deprecatedSince} for others
     */
    record Documentation(
            String summary,
            String since,
            String complexity,
            List<String> tips,
            @Nullable String deprecatedSince,
            @Nullable String replacedBy) {}

    /**
     * Other flags for the first key specification while none of {@code tokens} is among the options.
     *
     * @param flags in place of those of the specification
     */
    record Variation(List<String> tokens, Set<KeyFlag> flags) {}

    /** Lower case; a subcommand's with its container's: {@code config|get}. */
    public String name() {
        return name;
    }

    /** From 0; another one for each command of the table, and perhaps another in the next release. */
    public int number() {
        return number;
    }

    /** The name as a client types it: {@code CONFIG GET}. */
    public String typedName() {
        return String.join(" ", usage.name());
    }

    /** {@code GET} of {@code CONFIG GET}. */
    String lastWord() {
        return usage.name().getLast();
    }

    public Kind kind() {
        return kind;
    }

    /** The usage line: {@code GET key}. */
    public String usageLine() {
        return usage.toString();
    }

    Usage usage() {
        return usage;
    }

    /** The number of words, the name's included; negative when it is only the fewest. */
    public int arity() {
        return arity;
    }

    /** Whether a request of so many words can be one of this command. */
    public boolean takes(int words) {
        return arity >= 0 ? words == arity : words >= -arity;
    }

    public Set<Flag> flags() {
        return flags;
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /** For access rules. */
    public Set<Category> categories() {
        return categories;
    }

    public Group group() {
        return group;
    }

    /** One sentence. */
    public String summary() {
        return documentation.summary();
    }

    Documentation documentation() {
        return documentation;
    }

    List<KeySpec> keySpecs() {
        return keySpecs;
    }

    KeyRange keyRange() {
        return keyRange;
    }

    /** Sorted by name; empty unless this is a container. */
    public List<Command> subcommands() {
        return subcommands;
    }

    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    /** The subcommand whose own word that is; null if there is none. */
    public @Nullable Command subcommand(Bytes lastWord) {
        return subcommandsByName.find(lastWord);
    }

    /** Whether its time goes with the size of what its keys hold, or of the database if it has none. */
    boolean scans() {
        return scans;
    }

    @Nullable
    CommandBody body() {
        return body;
    }

    /** The keys of a request of this command; empty when its words do not fit the usage. */
    public List<Bytes> keys(Request request) {
        Bytes[] words = request.words();
        return Arrays.stream(keyPositions(words)).mapToObj(i -> words[i]).toList();
    }

    /** Where the keys stand among {@code words}; the caller must not write the array. */
    public int[] keyPositions(Bytes[] words) {
        if (keySpecs.isEmpty()) {
            return NO_KEYS;
        }
        if (keyAtOneAlone) {
            return words.length > 1 ? KEY_AT_ONE : NO_KEYS;
        }
        IntStream.Builder positions = IntStream.builder();
        for (KeySpec spec : keySpecs) {
            spec.positions(words, positions::add);
        }
        return positions.build().toArray();
    }

    /** Is told where a key stands and what happens to it. */
    public interface KeyUse {
        void key(int position, Set<KeyFlag> flags);
    }

    /** Tells of the keys of a request, but not of what only stands for its slot. */
    public void keyUses(Bytes[] words, KeyUse visitor) {
        for (int i = 0; i < keySpecs.size(); i++) {
            Set<KeyFlag> flags = keyFlags(i, words);
            if (!flags.contains(KeyFlag.NOT_KEY)) {
                keySpecs.get(i).positions(words, position -> visitor.key(position, flags));
            }
        }
    }

    /** What the keys of specification {@code index} are in for, these words given. */
    Set<KeyFlag> keyFlags(int index, Bytes[] words) {
        Set<KeyFlag> flags = keySpecs.get(index).flags();
        if (variation == null || index > 0) {
            return flags;
        }
        boolean present = Arrays.stream(words)
                .skip(-arity)
                .anyMatch(word -> variation.tokens().stream().anyMatch(word::equalsIgnoreCase));
        if (!present) {
            return variation.flags();
        }
        EnumSet<KeyFlag> settled = EnumSet.noneOf(KeyFlag.class);
        settled.addAll(flags);
        settled.remove(KeyFlag.VARIABLE_FLAGS);
        return settled;
    }

    @Override
    public String toString() {
        return name;
    }
}
