package io.ratiskv.command;

import static io.ratiskv.command.Category.BITMAP;
import static io.ratiskv.command.Category.FAST;

import io.ratiskv.api.BitOperation;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.collect.Pages;
import io.ratiskv.keyspace.StringEdit;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.value.BitAlgebra;
import io.ratiskv.value.Bits;
import io.ratiskv.value.Numeral;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Bitmaps: strings whose bits are set, counted, found and combined. Confined to whoever holds the state's lock. */
final class BitmapCommands {
    /** Of the last bit that the longest string has room for. */
    private static final long OFFSET_MAX = StringCommands.STRING_BYTES_MAX * 8 - 1;

    private static final CommandException NO_BIT = new CommandException("ERR bit is not an integer or out of range");

    private BitmapCommands() {}

    static void declare(Declarations table) {
        table.group(Group.BITMAP);

        table.write("SETBIT key offset value:integer", BitmapCommands::setBit)
                .in(BITMAP)
                .denyOom()
                .since("2.2.0")
                .keys("RW access update")
                .summary(
                        "Sets or clears a bit of a string, after zero bytes where it was shorter; returns what it was.");

        table.read("GETBIT key offset", BitmapCommands::getBit)
                .in(BITMAP, FAST)
                .since("2.2.0")
                .summary("Returns a bit of a string.");

        table.read("BITCOUNT key [start end [BYTE | BIT]]", BitmapCommands::count)
                .in(BITMAP)
                .scans()
                .since("2.6.0")
                .complexity("O(N), N bytes looked at.")
                .summary("Counts the bits that are set, in a string or a part of it.");

        table.read("BITPOS key bit:integer [start [end [BYTE | BIT]]]", BitmapCommands::find)
                .in(BITMAP)
                .scans()
                .since("2.8.7")
                .complexity("O(N), N bytes looked at.")
                .summary("Finds the first bit that is set or clear, in a string or a part of it.");

        table.write(
                        "BITOP <AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey:key key [key ...]",
                        BitmapCommands::combine)
                .in(BITMAP)
                .denyOom()
                .scans()
                .since("2.6.0")
                .complexity("O(N), N bytes of all strings.")
                .keys("OW update", "RO access")
                .summary("Combines the bits of strings and puts the result under a key; returns its length.");

        BitFieldCommands.declare(table);
    }

    private static Reply setBit(Call call) {
        Bytes key = call.take();
        long offset = takeOffset(call);
        long bit = call.takeLong(0, 1, NO_BIT);

        StringHandle string = call.stringAt(key);
        boolean old = Bits.at(string.pages(), offset);
        int lengthMin = (int) (offset >>> 3) + 1;
        if (old != (bit == 1) || lengthMin > string.length()) {
            StringEdit edit = string.edit(lengthMin);
            edit.write(lengthMin - 1, Bits.withField(edit, offset, 1, bit));
            List<Change.BitRun> written = List.of(new Change.BitRun(offset, 1, bit));
            edit.store(new Change.BitsPut(call.database(), key, edit.length(), written));
        }
        return Reply.of(old);
    }

    private static long takeOffset(Call call) {
        OptionalLong offset = Numeral.parseLong(call.take());
        return offset(offset, 1);
    }

    /** The offset of a bit, or of the field of so many bits at an index. */
    static long offset(OptionalLong index, int width) {
        if (index.isEmpty() || index.getAsLong() < 0 || index.getAsLong() > OFFSET_MAX / width) {
            throw new CommandException("ERR bit offset is not an integer or out of range");
        }
        return index.getAsLong() * width;
    }

    private static Reply getBit(Call call) {
        Bytes key = call.take();
        long offset = takeOffset(call);

        return Reply.of(Bits.at(call.stringAt(key).pages(), offset));
    }

    private static Reply count(Call call) {
        StringHandle string = call.stringAt(call.take());
        // Redis looks at nothing further then.
        if (string.isAbsent()) {
            return Reply.of(0);
        }
        Pages bytes = string.pages();
        if (!call.hasMore()) {
            return Reply.of(Bits.count(bytes, 0, 8L * bytes.length()));
        }
        if (call.remaining() == 1 || call.remaining() > 3) {
            throw CommandException.syntax();
        }
        long start = call.takeLong();
        long end = call.takeLong();
        if (start < 0 && end < 0 && start > end) {
            return Reply.of(0);
        }
        BitRange range = BitRange.of(start, end, bytes.length(), takesBits(call));
        return Reply.of(Bits.count(bytes, range.from(), range.to()));
    }

    private static Reply find(Call call) {
        Bytes key = call.take();
        long wanted = call.takeLong();
        if (wanted != 0 && wanted != 1) {
            throw new CommandException("ERR The bit argument must be 1 or 0.");
        }
        boolean bit = wanted == 1;

        StringHandle string = call.stringAt(key);
        // To Redis, which looks at nothing further then, it is all zero.
        if (string.isAbsent()) {
            return Reply.of(bit ? -1 : 0);
        }
        Pages bytes = string.pages();
        if (call.remaining() > 3) {
            throw CommandException.syntax();
        }
        long start = call.hasMore() ? call.takeLong() : 0;
        boolean bits = call.remaining() == 2 && wordIsBit(call.peek(1));
        boolean endGiven = call.hasMore();
        long end = endGiven ? call.takeLong() : -1;
        BitRange range = BitRange.of(start, end, bytes.length(), bits);
        long found = Bits.find(bytes, bit, range.from(), range.to());
        // Unless told where to end, Redis takes it that zeros follow.
        boolean behind = found < 0 && !bit && !endGiven && !range.isEmpty();
        return Reply.of(behind ? range.to() : found);
    }

    private static boolean takesBits(Call call) {
        return call.hasMore() && wordIsBit(call.take());
    }

    private static boolean wordIsBit(Bytes unit) {
        if (unit.equalsIgnoreCase("BIT")) {
            return true;
        }
        if (unit.equalsIgnoreCase("BYTE")) {
            return false;
        }
        throw CommandException.syntax();
    }

    /**
     * A part of a string, in bits. Immutable.
     *
     * @param to exclusive
     */
    private record BitRange(long from, long to) {
        /** From a byte or bit to another, both inclusive; below 0 they count from the end. */
        static BitRange of(long start, long end, int length, boolean bits) {
            long units = bits ? 8L * length : length;
            long first = Math.max(start < 0 ? start + units : start, 0);
            long last = Math.min(Math.max(end < 0 ? end + units : end, 0), units - 1);
            int width = bits ? 1 : 8;
            return first > last ? new BitRange(0, 0) : new BitRange(first * width, (last + 1) * width);
        }

        boolean isEmpty() {
            return from == to;
        }
    }

    private static Reply combine(Call call) {
        @Nullable BitOperation operation = operation(call.take());
        Bytes target = call.take();
        if (operation == null) {
            throw CommandException.syntax();
        }
        requireSources(operation, call.remaining());

        List<Pages> sources = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            sources.add(call.stringAt(call.take()).pages());
        }
        BitAlgebra algebra = new BitAlgebra(operation, sources);
        int length = algebra.length();
        if (length == 0) {
            call.keyspace().remove(target);
            return Reply.of(0);
        }
        StringEdit result = call.keyspace().newString(target, length);
        for (int i = 0; i < result.pageCount(); i++) {
            result.write(i * Pages.PAGE_BYTES, algebra.page(i, result.pageLength(i)));
        }
        result.store(new Change.BitsCombined(call.database(), target, operation));
        return Reply.of(length);
    }

    private static @Nullable BitOperation operation(Bytes word) {
        for (BitOperation operation : BitOperation.values()) {
            if (word.equalsIgnoreCase(operation.name())) {
                return operation;
            }
        }
        return null;
    }

    private static void requireSources(BitOperation operation, int count) {
        switch (operation) {
            case NOT -> {
                if (count != 1) {
                    throw new CommandException("ERR BITOP NOT must be called with a single source key.");
                }
            }
            case DIFF, DIFF1, ANDOR -> {
                if (count < 2) {
                    throw new CommandException(
                            "ERR BITOP " + operation + " must be called with at least two source keys.");
                }
            }
            case AND, OR, XOR, ONE -> {}
        }
    }
}
