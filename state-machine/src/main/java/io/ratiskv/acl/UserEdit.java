package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link User} while rules change it. Confined to one thread. */
final class UserEdit {
    private static final int HASH_DIGITS = 64;

    private final User before;
    private final CommandNames names;
    private final boolean lenient;
    private boolean enabled;
    private boolean withoutPassword;
    private boolean sanitizes;
    private final List<String> passwords;
    private SelectorEdit own;
    private final List<Selector> others;

    /** @param lenient whether rules of commands that this release does not have are kept, without use */
    UserEdit(User before, CommandNames names, boolean lenient) {
        this.before = before;
        this.names = names;
        this.lenient = lenient;
        this.enabled = before.isEnabled();
        this.withoutPassword = before.isWithoutPassword();
        this.sanitizes = before.sanitizes();
        this.passwords = new ArrayList<>(before.passwords());
        this.own = before.selectors().getFirst().edit(names, lenient);
        this.others =
                new ArrayList<>(before.selectors().subList(1, before.selectors().size()));
    }

    User made() {
        List<Selector> selectors = new ArrayList<>();
        selectors.add(new Selector(own));
        selectors.addAll(others);
        return new User(before.name(), enabled, withoutPassword, sanitizes, passwords, selectors);
    }

    /**
     * The rules, those of a selector that was given in several words made one.
     *
     * @throws CommandException if a parenthesis is not closed
     */
    static List<Bytes> merged(List<Bytes> rules) {
        List<Bytes> merged = new ArrayList<>();
        List<Bytes> open = new ArrayList<>();
        for (Bytes rule : rules) {
            boolean opens = open.isEmpty() && Words.startsWith(rule, '(') && !Words.endsWith(rule, ')');
            if (!opens && open.isEmpty()) {
                merged.add(rule);
                continue;
            }
            open.add(rule);
            if (Words.endsWith(rule, ')')) {
                merged.add(Words.spaced(open));
                open.clear();
            }
        }
        if (!open.isEmpty()) {
            throw new CommandException("ERR Unmatched parenthesis in acl selector starting at '"
                    + open.getFirst().latin1() + "'.");
        }
        return merged;
    }

    /** Applies a rule; null if it is one. */
    @Nullable
    Problem apply(Bytes rule) {
        switch (Words.lower(rule)) {
            case "" -> {}
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case "nopass" -> setPassword(false);
            case "resetpass" -> setPassword(true);
            case "sanitize-payload" -> sanitizes = true;
            case "skip-sanitize-payload" -> sanitizes = false;
            case "clearselectors" -> others.clear();
            case "reset" -> reset();
            default -> {
                return applyOther(rule);
            }
        }
        return null;
    }

    private @Nullable Problem applyOther(Bytes rule) {
        if (Words.startsWith(rule, '#')) {
            return addPassword(hash(rule));
        }
        if (Words.startsWith(rule, '!')) {
            return removePassword(hash(rule));
        }
        if (Words.startsWith(rule, '(') && Words.endsWith(rule, ')') && rule.length() > 1) {
            return addSelector(rule.slice(1, rule.length() - 2));
        }
        // Passwords in the clear never come this far: who takes them from a client hashes them.
        return own.apply(rule);
    }

    private void setPassword(boolean required) {
        withoutPassword = !required;
        passwords.clear();
    }

    private void reset() {
        setPassword(true);
        enabled = false;
        sanitizes = true;
        others.clear();
        own = new SelectorEdit(names, lenient);
    }

    /** Null if it is none. */
    private static @Nullable String hash(Bytes rule) {
        if (rule.length() != 1 + HASH_DIGITS) {
            return null;
        }
        for (int i = 1; i < rule.length(); i++) {
            byte digit = rule.at(i);
            if (!(digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f')) {
                return null;
            }
        }
        return rule.latin1().substring(1);
    }

    private @Nullable Problem addPassword(@Nullable String hash) {
        if (hash == null) {
            return Problem.NOT_A_HASH;
        }
        if (!passwords.contains(hash)) {
            passwords.add(hash);
        }
        withoutPassword = false;
        return null;
    }

    private @Nullable Problem removePassword(@Nullable String hash) {
        if (hash == null) {
            return Problem.NOT_A_HASH;
        }
        return passwords.remove(hash) ? null : Problem.NO_SUCH_PASSWORD;
    }

    private @Nullable Problem addSelector(Bytes rules) {
        SelectorEdit selector = new SelectorEdit(names, lenient);
        for (Bytes rule : Words.split(rules)) {
            Problem problem = selector.apply(rule);
            if (problem != null) {
                return problem;
            }
        }
        others.add(new Selector(selector));
        return null;
    }
}
