package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The rules of ACL SETUSER on their way to the log: passwords leave this node hashed alone, those too that stand where
 * none belongs. Stateless; any thread.
 */
final class PasswordRules {
    private static final int FIRST_RULE = 3;

    /** In a selector rules stand between blanks and parentheses. */
    private static final Pattern IN_SELECTOR = Pattern.compile("(?<=^|[\\s(])[<>][^\\s)]*", Pattern.DOTALL);

    private PasswordRules() {}

    /** {@code ACL SETUSER name rule …} with {@code #hash} in place of {@code >password}, and {@code !hash} of {@code <password}. */
    static Bytes[] hashed(Bytes[] words) {
        Bytes[] hashed = words.clone();
        boolean inSelector = false;
        for (int i = FIRST_RULE; i < words.length; i++) {
            Bytes rule = words[i];
            if (rule.isEmpty()) {
                continue;
            }
            inSelector |= rule.at(0) == '(';
            if (inSelector) {
                hashed[i] = latin1(IN_SELECTOR.matcher(rule.latin1()).replaceAll(PasswordRules::inSelector));
            } else if (isPassword(rule)) {
                hashed[i] = latin1(hashed(rule));
            }
            inSelector &= rule.at(rule.length() - 1) != ')';
        }
        return hashed;
    }

    private static boolean isPassword(Bytes rule) {
        return rule.at(0) == '>' || rule.at(0) == '<';
    }

    private static String inSelector(MatchResult rule) {
        return hashed(latin1(rule.group()));
    }

    private static String hashed(Bytes rule) {
        return (rule.at(0) == '>' ? "#" : "!") + Admission.hash(rule.slice(1, rule.length() - 1));
    }

    private static Bytes latin1(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
