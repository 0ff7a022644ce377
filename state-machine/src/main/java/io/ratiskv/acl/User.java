package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.Flag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user with rules. Immutable; any thread.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/">ACL</a>
 */
public final class User {
    private final Bytes name;
    private final boolean enabled;
    private final boolean withoutPassword;
    private final boolean sanitizes;

    /** SHA-256, in lower-case hexadecimal digits. */
    private final List<String> passwords;

    /** The user's own first. */
    private final List<Selector> selectors;

    private final boolean unrestricted;

    User(
            Bytes name,
            boolean enabled,
            boolean withoutPassword,
            boolean sanitizes,
            List<String> passwords,
            List<Selector> selectors) {
        this.name = name.owned();
        this.enabled = enabled;
        this.withoutPassword = withoutPassword;
        this.sanitizes = sanitizes;
        this.passwords = List.copyOf(passwords);
        this.selectors = List.copyOf(selectors);
        this.unrestricted = selectors.stream().anyMatch(Selector::isUnrestricted);
    }

    /** One who may do nothing, and is off. */
    static User created(Bytes name, CommandNames names) {
        return new User(name, false, false, true, List.of(), List.of(new Selector(new SelectorEdit(names))));
    }

    /** Who everyone is that does not say otherwise: may do everything. */
    static User byDefault(CommandNames names) {
        List<Bytes> rules =
                List.of(Bytes.of("+@all"), Bytes.of("~*"), Bytes.of("&*"), Bytes.of("on"), Bytes.of("nopass"));
        return created(Request.DEFAULT_USER, names).with(rules, names);
    }

    /**
     * This user as the rules of ACL SETUSER change it.
     *
     * @throws CommandException that names the first rule that is none
     */
    User with(List<Bytes> rules, CommandNames names) {
        UserEdit edit = new UserEdit(this, names, /* lenient= */ false);
        for (Bytes rule : UserEdit.merged(rules)) {
            Problem problem = edit.apply(rule);
            if (problem != null) {
                throw new CommandException(
                        "ERR Error in ACL SETUSER modifier '" + rule.latin1() + "': " + problem.text());
            }
        }
        return edit.made();
    }

    /**
     * As the rules of a snapshot make it.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    static User restored(Bytes name, List<Bytes> rules, CommandNames names) {
        UserEdit edit = new UserEdit(created(name, names), names, /* lenient= */ true);
        for (Bytes rule : rules) {
            Problem problem = edit.apply(rule);
            if (problem != null) {
                throw new IllegalArgumentException(
                        "the user " + name.latin1() + " has a rule '" + rule.latin1() + "': " + problem.text());
            }
        }
        return edit.made();
    }

    public Bytes name() {
        return name;
    }

    /** Whether one can authenticate as this user. */
    public boolean isEnabled() {
        return enabled;
    }

    /** Whether any password is right. */
    public boolean isWithoutPassword() {
        return withoutPassword;
    }

    /** SHA-256 of each, in lower-case hexadecimal digits. */
    public List<String> passwords() {
        return passwords;
    }

    boolean sanitizes() {
        return sanitizes;
    }

    List<Selector> selectors() {
        return selectors;
    }

    /** Whether everything is allowed, which spares looking. */
    public boolean isUnrestricted() {
        return unrestricted;
    }

    /**
     * Whether the user may have a request run.
     *
     * @param command that the words invoke
     * @return null if so
     */
    public @Nullable Denial check(Command command, Bytes[] words) {
        if (unrestricted || command.has(Flag.NO_AUTH)) {
            return null;
        }
        Denial told = new Denial(Denial.Reason.COMMAND, 0);
        for (Selector selector : selectors) {
            Denial denial = selector.check(command, words);
            if (denial == null) {
                return null;
            }
            int byReason = denial.reason().compareTo(told.reason());
            if (byReason > 0 || byReason == 0 && denial.word() > told.word()) {
                told = denial;
            }
        }
        return told;
    }

    /** Whether one selector allows the request and to read any key. */
    boolean mayReadAllKeys(Command command, Bytes[] words) {
        if (unrestricted) {
            return true;
        }
        for (Selector selector : selectors) {
            if (selector.readsAllKeys() && selector.check(command, words) == null) {
                return true;
            }
        }
        return false;
    }

    /** @param asPattern as of PSUBSCRIBE */
    public boolean mayListenTo(Bytes channel, boolean asPattern) {
        for (Selector selector : selectors) {
            if (selector.allowsChannel(channel, asPattern)) {
                return true;
            }
        }
        return false;
    }

    // As rules

    private List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add(enabled ? "on" : "off");
        if (withoutPassword) {
            flags.add("nopass");
        }
        flags.add(sanitizes ? "sanitize-payload" : "skip-sanitize-payload");
        return flags;
    }

    /** The rules of ACL SETUSER that make it. */
    public List<Bytes> rules() {
        List<Bytes> rules = new ArrayList<>();
        flags().forEach(flag -> rules.add(Bytes.of(flag)));
        passwords.forEach(hash -> rules.add(Bytes.of("#" + hash)));
        rules.addAll(selectors.getFirst().rules());
        for (Selector selector : selectors.subList(1, selectors.size())) {
            rules.add(Words.enclosed(selector.rules()));
        }
        return rules;
    }

    /** A line of ACL LIST. */
    public Bytes line() {
        List<Bytes> words = new ArrayList<>(List.of(Bytes.of("user"), name));
        words.addAll(rules());
        return Words.spaced(words);
    }

    /** The answer of ACL GETUSER. */
    Reply details() {
        List<Reply> fields = new ArrayList<>();
        fields.add(Reply.bulk("flags"));
        fields.add(new Reply.Set(flags().stream().map(Reply::bulk).toList()));
        fields.add(Reply.bulk("passwords"));
        fields.add(Reply.array(passwords.stream().map(Reply::bulk).toList()));
        describe(selectors.getFirst(), fields);
        List<Reply> others = new ArrayList<>();
        for (Selector selector : selectors.subList(1, selectors.size())) {
            List<Reply> ofOther = new ArrayList<>();
            describe(selector, ofOther);
            others.add(new Reply.Map(ofOther));
        }
        fields.add(Reply.bulk("selectors"));
        fields.add(Reply.array(others));
        return new Reply.Map(fields);
    }

    private static void describe(Selector selector, List<Reply> fields) {
        fields.add(Reply.bulk("commands"));
        fields.add(Reply.bulk(selector.describedCommands()));
        fields.add(Reply.bulk("keys"));
        fields.add(Reply.bulk(selector.describedKeys()));
        fields.add(Reply.bulk("channels"));
        fields.add(Reply.bulk(selector.describedChannels()));
    }
}
