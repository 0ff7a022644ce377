package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A script that compiles. Immutable.
 *
 * @param sha its name: SHA-1 of the body in lower-case hexadecimal digits
 * @param flags null if it has no header: then it may write and is checked command by command
 */
public record Script(String sha, Bytes body, @Nullable Set<ScriptFlag> flags) {
    boolean has(ScriptFlag flag) {
        return flags != null && flags.contains(flag);
    }
}
