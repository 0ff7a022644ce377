package io.ratiskv.cli;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Request;
import io.ratiskv.command.Command;
import io.ratiskv.command.CommandTable;
import io.ratiskv.command.Kind;
import java.util.List;

/** What this release knows of the server's commands. Immutable; any thread. */
final class Vocabulary {
    private Vocabulary() {}

    /** Made when it is first asked for: most calls do without. */
    private static final class Table {
        static final CommandTable TABLE = new CommandTable();
    }

    static CommandTable table() {
        return Table.TABLE;
    }

    /** Whether the command changes nothing, so that it may be asked twice; false of one that is not known here. */
    static boolean reads(List<byte[]> words) {
        Bytes[] bytes = words.stream().map(Bytes::wrap).toArray(Bytes[]::new);
        Command command = table().find(new Request(0, 3, Request.DEFAULT_USER, bytes));
        return command != null && !command.isContainer() && command.kind() == Kind.READ;
    }
}
