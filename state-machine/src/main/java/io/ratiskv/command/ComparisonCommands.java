package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STRING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.Keyspace;
import org.jspecify.annotations.Nullable;

/**
 * Strings compared with what a client saw of them before, and deleted if they are the same still. Confined to whoever
 * holds the state's lock.
 */
final class ComparisonCommands {
    private ComparisonCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STRING);

        table.read("DIGEST key", ComparisonCommands::digest)
                .in(STRING, FAST)
                .scans()
                .since("8.4.0")
                .complexity("O(N), N bytes of the string.")
                .summary("Returns the hash of a string, for IFDEQ and IFDNE, as 16 hexadecimal digits.");

        table.write(
                        "DELEX key [IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | IFDNE ifdne-digest]",
                        ComparisonCommands::delete)
                .in(STRING, FAST)
                .scans()
                .since("8.4.0")
                .complexity("O(N), N bytes of the string.")
                .keys("RW delete")
                .summary("Deletes a key, or only if the string it holds is, or is not, as given.");

        table.write("DELIFEQ key value", ComparisonCommands::deleteIfEqual)
                .in(STRING, FAST)
                .since("9.0.0")
                .keys("RW delete")
                .summary("Deletes a key if it holds this string. Of Valkey; Redis has DELEX.");
    }

    private static Reply digest(Call call) {
        @Nullable Bytes string = call.keyspace().string(call.take());
        return string == null ? Reply.NULL : Reply.bulk(StringComparison.digest(string));
    }

    private static Reply delete(Call call) {
        Bytes key = call.take();
        Keyspace keyspace = call.keyspace();
        if (!call.hasMore()) {
            return Reply.of(keyspace.remove(key));
        }
        if (call.remaining() != 2) {
            throw call.wrongNumberOfArguments();
        }
        @Nullable ValueType type = keyspace.type(key);
        // Redis looks at the condition no sooner.
        if (type == null) {
            return Reply.of(0);
        }
        if (type != ValueType.STRING) {
            throw new CommandException("ERR Key should be of string type if conditions are specified");
        }
        @Nullable StringComparison comparison = StringComparison.take(call);
        if (comparison == null) {
            throw new CommandException("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
        }
        @Nullable Bytes string = keyspace.string(key);
        return Reply.of(string != null && comparison.holds(string) && keyspace.remove(key));
    }

    private static Reply deleteIfEqual(Call call) {
        Bytes key = call.take();
        Bytes value = call.take();

        @Nullable Bytes string = call.keyspace().string(key);
        return Reply.of(
                string != null && string.equals(value) && call.keyspace().remove(key));
    }
}
