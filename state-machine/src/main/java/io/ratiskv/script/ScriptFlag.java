package io.ratiskv.script;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a script or function says of itself; declared in the order Redis lists them. */
public enum ScriptFlag {
    NO_WRITES,
    ALLOW_OOM,
    ALLOW_STALE,
    NO_CLUSTER,
    ALLOW_CROSS_SLOT_KEYS;

    /** As scripts write it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Null if there is no such flag. */
    static @Nullable ScriptFlag of(String wireName) {
        for (ScriptFlag flag : values()) {
            if (flag.wireName().equals(wireName)) {
                return flag;
            }
        }
        return null;
    }

    /** @throws IllegalArgumentException if there is no such flag */
    public static ScriptFlag named(String wireName) {
        ScriptFlag flag = of(wireName);
        if (flag == null) {
            throw new IllegalArgumentException("no flag of scripts: " + wireName);
        }
        return flag;
    }

    static Set<ScriptFlag> none() {
        return EnumSet.noneOf(ScriptFlag.class);
    }
}
