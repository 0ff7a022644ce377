package io.ratiskv.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The paragraph of one command while it is being written. Confined to the thread that builds the table. */
final class Declaration {
    private final Kind kind;
    private final Usage usage;
    private final Group group;
    private final @Nullable CommandBody body;
    private final EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
    private final EnumSet<Category> categories = EnumSet.noneOf(Category.class);
    private final List<Set<KeyFlag>> keyFlags = new ArrayList<>();
    private final List<KeySpec> keySpecs = new ArrayList<>();
    private String summary = "";
    private String since = "1.0.0";
    private String complexity = "O(1)";
    private List<String> tips = List.of();
    private @Nullable String deprecatedSince;
    private @Nullable String replacedBy;
    private Command.@Nullable Variation variation;
    private int arity;
    private boolean scans;

    Declaration(Kind kind, Usage usage, Group group, @Nullable CommandBody body) {
        this.kind = kind;
        this.usage = usage;
        this.group = group;
        this.body = body;
        this.arity = usage.arity();
        switch (kind) {
            case READ -> flags.add(Flag.READONLY);
            case WRITE -> flags.add(Flag.WRITE);
            case LOCAL -> {}
        }
    }

    /** Categories beyond those that follow from flags; FAST is a flag as well. */
    Declaration in(Category... more) {
        categories.addAll(Arrays.asList(more));
        if (categories.contains(Category.FAST)) {
            flags.add(Flag.FAST);
        }
        return this;
    }

    Declaration denyOom() {
        return with(Flag.DENYOOM);
    }

    Declaration with(Flag... more) {
        flags.addAll(Arrays.asList(more));
        return this;
    }

    /** A flag that its kind gives others, but Redis does not give this one. */
    Declaration without(Flag flag) {
        flags.remove(flag);
        return this;
    }

    /** Its time goes with the size of what its keys hold, or of the database if it has none, whatever it answers. */
    Declaration scans() {
        this.scans = true;
        return this;
    }

    Declaration since(String version) {
        this.since = version;
        return this;
    }

    Declaration complexity(String text) {
        this.complexity = text;
        return this;
    }

    Declaration summary(String sentence) {
        this.summary = sentence;
        return this;
    }

    Declaration tips(String... hints) {
        this.tips = List.of(hints);
        return this;
    }

    Declaration deprecated(String version, String replacement) {
        this.deprecatedSince = version;
        this.replacedBy = replacement;
        return this;
    }

    /** What happens to the keys, {@code "RW access update"}, once per key specification. */
    Declaration keys(String... flagsOfSpecs) {
        Arrays.stream(flagsOfSpecs).map(KeyFlag::parse).forEach(keyFlags::add);
        return this;
    }

    /** Where the keys stand and what happens to them, if the usage line does not tell. */
    Declaration keys(KeySpec... all) {
        keySpecs.addAll(Arrays.asList(all));
        return this;
    }

    /** What happens to the keys when none of the tokens, {@code "SET INCRBY"}, is given. */
    Declaration keysWithout(String tokens, String flagsThen) {
        this.variation = new Command.Variation(List.of(tokens.split(" ")), KeyFlag.parse(flagsThen));
        return this;
    }

    /** Where Redis announces another arity than the usage line implies. */
    Declaration arity(int announced) {
        this.arity = announced;
        return this;
    }

    String name() {
        return String.join("|", usage.name()).toLowerCase(Locale.ROOT);
    }

    Usage usage() {
        return usage;
    }

    Kind kind() {
        return kind;
    }

    Group group() {
        return group;
    }

    int arity() {
        return arity;
    }

    boolean isScan() {
        return scans;
    }

    @Nullable
    CommandBody body() {
        return body;
    }

    Command.@Nullable Variation variation() {
        return variation;
    }

    Command.Documentation documentation() {
        return new Command.Documentation(summary, since, complexity, tips, deprecatedSince, replacedBy);
    }

    List<KeySpec> keySpecs() {
        if (!keySpecs.isEmpty()) {
            return List.copyOf(keySpecs);
        }
        Set<KeyFlag> usual = switch (kind) {
            case READ -> KeyFlag.parse("RO access");
            case WRITE -> KeyFlag.parse("RW update");
            case LOCAL -> KeyFlag.parse("RO");
        };
        return KeySpec.derive(usage, keyFlags.isEmpty() ? List.of(usual) : keyFlags);
    }

    Set<Flag> flags(boolean movableKeys) {
        EnumSet<Flag> all = EnumSet.noneOf(Flag.class);
        all.addAll(flags);
        if (movableKeys) {
            all.add(Flag.MOVABLEKEYS);
        }
        return Collections.unmodifiableSet(all);
    }

    /** The declared ones and those that follow from flags, by the rules of Redis' ACL. */
    Set<Category> categories() {
        EnumSet<Category> all = EnumSet.noneOf(Category.class);
        all.addAll(categories);
        if (flags.contains(Flag.WRITE)) {
            all.add(Category.WRITE);
        }
        if (flags.contains(Flag.READONLY) && !categories.contains(Category.SCRIPTING)) {
            all.add(Category.READ);
        }
        if (flags.contains(Flag.ADMIN)) {
            all.add(Category.ADMIN);
            all.add(Category.DANGEROUS);
        }
        if (flags.contains(Flag.PUBSUB)) {
            all.add(Category.PUBSUB);
        }
        if (flags.contains(Flag.BLOCKING)) {
            all.add(Category.BLOCKING);
        }
        all.add(flags.contains(Flag.FAST) ? Category.FAST : Category.SLOW);
        return Collections.unmodifiableSet(all);
    }
}
