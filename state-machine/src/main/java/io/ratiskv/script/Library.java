package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A library of functions, as FUNCTION LOAD took it. Immutable.
 *
 * @param code with its header
 * @param functions in the order in which the code registered them
 */
public record Library(String name, Bytes code, List<Function> functions) {
    /** A function that FCALL can call. */
    public record Function(String name, @Nullable Bytes description, Set<ScriptFlag> flags) {}

    /** Null if there is none of this name. */
    @Nullable
    Function function(String functionName) {
        for (Function function : functions) {
            if (function.name().equals(functionName)) {
                return function;
            }
        }
        return null;
    }

    static void requireName(String name) {
        boolean valid = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            valid &= c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
        }
        if (!valid) {
            throw new CommandException("ERR Library names can only contain letters, numbers, or underscores(_)"
                    + " and must be at least one character long");
        }
    }
}
