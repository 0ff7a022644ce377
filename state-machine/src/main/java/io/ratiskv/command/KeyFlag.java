package io.ratiskv.command;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a command does to a key and to its value, as COMMAND INFO names it; declared in its order.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/key-specs/">key specifications</a>.
 */
public enum KeyFlag {
    /** Overwritten without being read. */
    OW,
    RO,
    RW,
    /** Removed without being read. */
    RM,
    /** What the value holds reaches the client. */
    ACCESS,
    UPDATE,
    INSERT,
    DELETE,
    /** No key at all: only its slot counts. */
    NOT_KEY,
    /** The other flags depend on the arguments. */
    VARIABLE_FLAGS;

    public String wireName() {
        return name().length() == 2 ? name() : name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@code "RW access update"}. */
    static Set<KeyFlag> parse(String flags) {
        EnumSet<KeyFlag> parsed = EnumSet.noneOf(KeyFlag.class);
        Arrays.stream(flags.split(" "))
                .map(flag -> valueOf(flag.toUpperCase(Locale.ROOT)))
                .forEach(parsed::add);
        return Collections.unmodifiableSet(parsed);
    }
}
