package io.ratiskv.acl;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Category;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands and categories as rules name them. Immutable; any thread. */
record CommandNames(CommandTable table) {
    List<Command> all() {
        return table.commands();
    }

    /** The command of {@code get} or {@code config|get}; null if there is none. */
    @Nullable
    Command find(String name) {
        int bar = name.indexOf('|');
        if (bar < 0) {
            return table.find(Bytes.of(name));
        }
        Command container = table.find(Bytes.of(name.substring(0, bar)));
        return container == null ? null : container.subcommand(Bytes.of(name.substring(bar + 1)));
    }

    /** Null if there is none. */
    static @Nullable Category category(String name) {
        for (Category category : Category.values()) {
            if (category.wireName().equals(name)) {
                return category;
            }
        }
        return null;
    }
}
