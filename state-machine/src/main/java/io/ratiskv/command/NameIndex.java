package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Commands by the last word of their name, in either case. Immutable; any thread.
 *
 * <p>Open addressing over the upper-cased bytes, at most a quarter full; a look-up allocates nothing.
 */
final class NameIndex {
    private final byte[][] names;
    private final @Nullable Command[] commands;

    NameIndex(Collection<Command> all) {
        int size = Integer.highestOneBit(Math.max(all.size(), 1)) << 3;
        names = new byte[size][];
        commands = new Command[size];
        for (Command command : all) {
            byte[] name = command.lastWord().toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
            int at = home(name, 0, name.length);
            while (commands[at] != null) {
                at = (at + 1) & (size - 1);
            }
            names[at] = name;
            commands[at] = command;
        }
    }

    @Nullable
    Command find(Bytes name) {
        byte[] array = name.array();
        int offset = name.offset();
        int length = name.length();
        int at = home(array, offset, length);
        while (true) {
            Command command = commands[at];
            if (command == null) {
                return null;
            }
            if (matches(names[at], array, offset, length)) {
                return command;
            }
            at = (at + 1) & (names.length - 1);
        }
    }

    private static boolean matches(byte[] name, byte[] array, int offset, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != upper(array[offset + i])) {
                return false;
            }
        }
        return true;
    }

    private int home(byte[] array, int offset, int length) {
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + upper(array[i]);
        }
        return (hash ^ (hash >>> 15)) & (names.length - 1);
    }

    private static int upper(byte b) {
        return b >= 'a' && b <= 'z' ? b - 32 : b;
    }
}
