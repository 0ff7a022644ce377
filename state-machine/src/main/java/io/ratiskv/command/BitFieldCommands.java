package io.ratiskv.command;

import static io.ratiskv.command.Category.BITMAP;
import static io.ratiskv.command.Category.FAST;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.collect.Pages;
import io.ratiskv.keyspace.StringEdit;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.value.BitField;
import io.ratiskv.value.BitField.Overflow;
import io.ratiskv.value.Bits;
import io.ratiskv.value.Numeral;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Integers of any width among the bits of a string. Confined to whoever holds the state's lock. */
final class BitFieldCommands {
    private BitFieldCommands() {}

    static void declare(Declarations table) {
        table.write(
                        "BITFIELD key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>]"
                                + " <SET encoding offset value:integer | INCRBY encoding offset increment> ...]",
                        BitFieldCommands::bitField)
                .in(BITMAP)
                .denyOom()
                .since("3.2.0")
                .complexity("O(N), N operations.")
                .keys("RW access update variable_flags")
                .keysWithout("SET INCRBY", "RO access")
                .summary("Reads, writes and adds to integers of any width in a string, several at once.");

        table.read("BITFIELD_RO key [GET encoding offset ...]", BitFieldCommands::bitFieldReadOnly)
                .in(BITMAP, FAST)
                .since("6.0.0")
                .complexity("O(N), N operations.")
                .summary("Reads integers of any width in a string, several at once.");
    }

    private enum Kind {
        GET,
        SET,
        INCRBY
    }

    /**
     * One of the operations of a request. Immutable.
     *
     * @param amount what is set or added, 0 for GET
     * @param overflow of SET and INCRBY
     */
    private record Operation(Kind kind, BitField field, long offset, long amount, Overflow overflow) {
        long end() {
            return offset + field.width();
        }

        boolean reads() {
            return kind == Kind.GET;
        }
    }

    private static Reply bitField(Call call) {
        Bytes key = call.take();
        List<Operation> operations = takeOperations(call);

        if (onlyRead(operations)) {
            return read(call.stringAt(key).pages(), operations);
        }
        return write(call, key, operations);
    }

    private static Reply bitFieldReadOnly(Call call) {
        Bytes key = call.take();
        List<Operation> operations = takeOperations(call);
        if (!onlyRead(operations)) {
            throw new CommandException("ERR BITFIELD_RO only supports the GET subcommand");
        }

        return read(call.stringAt(key).pages(), operations);
    }

    private static boolean onlyRead(List<Operation> operations) {
        return operations.stream().allMatch(Operation::reads);
    }

    private static List<Operation> takeOperations(Call call) {
        List<Operation> operations = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        while (call.hasMore()) {
            if (call.acceptWithValue("OVERFLOW")) {
                overflow = overflow(call.take());
            } else {
                operations.add(takeOperation(call, overflow));
            }
        }
        return operations;
    }

    private static Overflow overflow(Bytes word) {
        for (Overflow overflow : Overflow.values()) {
            if (word.equalsIgnoreCase(overflow.name())) {
                return overflow;
            }
        }
        throw new CommandException("ERR Invalid OVERFLOW type specified");
    }

    private static Operation takeOperation(Call call, Overflow overflow) {
        Kind kind = takeKind(call);
        BitField field = takeField(call);
        long offset = takeOffset(call, field.width());
        long amount = kind == Kind.GET ? 0 : call.takeLong();
        return new Operation(kind, field, offset, amount, overflow);
    }

    private static Kind takeKind(Call call) {
        int behind = call.remaining() - 1;
        for (Kind kind : Kind.values()) {
            int needed = kind == Kind.GET ? 2 : 3;
            if (behind >= needed && call.accept(kind.name())) {
                return kind;
            }
        }
        throw CommandException.syntax();
    }

    /** {@code i16}, {@code u8}: in lower case alone, as to Redis. */
    private static BitField takeField(Call call) {
        Bytes word = call.take();
        boolean signed = !word.isEmpty() && word.at(0) == 'i';
        boolean unsigned = !word.isEmpty() && word.at(0) == 'u';
        OptionalLong width =
                signed || unsigned ? Numeral.parseLong(word.slice(1, word.length() - 1)) : OptionalLong.empty();
        if (width.isEmpty() || width.getAsLong() < 1 || width.getAsLong() > (signed ? 64 : 63)) {
            throw new CommandException("ERR Invalid bitfield type. Use something like i16 u8."
                    + " Note that u64 is not supported but i64 is.");
        }
        return new BitField(signed, (int) width.getAsLong());
    }

    /** Of a bit, or, behind {@code #}, of so many fields of this width. */
    private static long takeOffset(Call call, int width) {
        Bytes word = call.take();
        boolean counts = !word.isEmpty() && word.at(0) == '#';
        OptionalLong number = Numeral.parseLong(counts ? word.slice(1, word.length() - 1) : word);
        return BitmapCommands.offset(number, counts ? width : 1);
    }

    private static Reply read(Pages string, List<Operation> operations) {
        List<Reply> replies = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            replies.add(Reply.of(operation.field().read(string, operation.offset())));
        }
        return Reply.array(replies);
    }

    private static Reply write(Call call, Bytes key, List<Operation> operations) {
        StringHandle string = call.stringAt(key);
        long end = operations.stream()
                .filter(operation -> !operation.reads())
                .mapToLong(Operation::end)
                .max()
                .orElse(0);
        int length = string.length();
        StringEdit edit = string.edit((int) Math.ceilDiv(end, 8L));
        List<Change.BitRun> written = new ArrayList<>();
        List<Reply> replies = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            replies.add(run(operation, edit, written));
        }
        if (edit.length() > length || !written.isEmpty()) {
            edit.store(new Change.BitsPut(call.database(), key, edit.length(), written));
        }
        return Reply.array(replies);
    }

    private static Reply run(Operation operation, StringEdit edit, List<Change.BitRun> written) {
        BitField field = operation.field();
        long offset = operation.offset();
        long old = field.read(edit, offset);
        OptionalLong fitting = switch (operation.kind()) {
            case GET -> OptionalLong.of(old);
            case SET -> field.fit(operation.amount(), 0, operation.overflow());
            case INCRBY -> field.fit(old, operation.amount(), operation.overflow());
        };
        if (fitting.isEmpty()) {
            return Reply.NULL;
        }
        long value = fitting.getAsLong();
        if (value != old) {
            edit.write((int) (offset >>> 3), Bits.withField(edit, offset, field.width(), value));
            written.add(new Change.BitRun(offset, field.width(), value));
        }
        return Reply.of(operation.kind() == Kind.SET ? old : value);
    }
}
