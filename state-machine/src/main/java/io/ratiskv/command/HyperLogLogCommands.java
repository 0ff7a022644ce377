package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.HYPERLOGLOG;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.collect.Pages;
import io.ratiskv.keyspace.StringEdit;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.value.HyperLogLog;
import io.ratiskv.value.HyperLogLog.Sighting;
import io.ratiskv.value.Limit;
import io.ratiskv.value.SparseRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Counters of distinct elements, in strings of Redis' form. Confined to whoever holds the state's lock. */
final class HyperLogLogCommands {
    private HyperLogLogCommands() {}

    static void declare(Declarations table) {
        table.group(Group.HYPERLOGLOG);

        table.write("PFADD key [element ...]", HyperLogLogCommands::add)
                .in(HYPERLOGLOG, FAST)
                .denyOom()
                .since("2.8.9")
                .complexity("O(N), N elements.")
                .keys("RW insert")
                .summary("Adds elements to a counter of distinct ones; returns 1 if the count may have changed.");

        table.read("PFCOUNT key [key ...]", HyperLogLogCommands::count)
                .in(HYPERLOGLOG)
                .with(Flag.MAY_REPLICATE)
                .scans()
                .since("2.8.9")
                .complexity("O(N), N keys.")
                .keys("RW access")
                .summary("Returns about how many distinct elements counters have seen together.");

        table.write("PFMERGE destkey:key [sourcekey:key ...]", HyperLogLogCommands::merge)
                .in(HYPERLOGLOG)
                .denyOom()
                .scans()
                .since("2.8.9")
                .complexity("O(N), N keys.")
                .keys("RW access insert", "RO access")
                .summary("Adds to a counter what others have seen.");

        table.write("PFDEBUG subcommand key", call -> {
                    throw new CommandException(
                            "ERR PFDEBUG is not supported: it is for the tests of Redis itself, and changes what it looks at");
                })
                .in(HYPERLOGLOG)
                .with(Flag.ADMIN)
                .denyOom()
                .since("2.8.9")
                .keys("RW access")
                .summary("Refused: it is for the tests of Redis itself.");

        table.local("PFSELFTEST")
                .in(HYPERLOGLOG)
                .with(Flag.ADMIN)
                .since("2.8.9")
                .summary("Refused: it is for the tests of Redis itself.");
    }

    private static Reply add(Call call) {
        Bytes key = call.take();
        List<Bytes> elements = call.takeRest();

        StringHandle string = call.stringAt(key);
        requireCounter(string);
        List<Sighting> sightings = elements.stream().map(HyperLogLog::sighting).toList();
        @Nullable StringEdit raised = raised(call, string, sightings);
        if (raised == null && !string.isAbsent()) {
            return Reply.of(0);
        }
        store(raised == null ? same(string) : raised, new Change.CounterAdded(call.database(), key, elements));
        return Reply.of(1);
    }

    private static Reply count(Call call) {
        if (call.remaining() == 1) {
            return Reply.of(count(call.stringAt(call.take())));
        }
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        while (call.hasMore()) {
            mergeInto(registers, call.stringAt(call.take()));
        }
        return Reply.of(HyperLogLog.estimate(registers));
    }

    private static long count(StringHandle string) {
        if (string.isAbsent()) {
            return 0;
        }
        requireCounter(string);
        OptionalLong known = new HyperLogLog(string.pages()).knownCount();
        if (known.isPresent()) {
            return known.getAsLong();
        }
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        mergeInto(registers, string);
        return HyperLogLog.estimate(registers);
    }

    private static Reply merge(Call call) {
        Bytes key = call.take();
        List<Bytes> sources = call.takeRest();

        StringHandle target = call.stringAt(key);
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        boolean dense = mergeInto(registers, target);
        for (Bytes source : sources) {
            dense |= mergeInto(registers, call.stringAt(source));
        }
        @Nullable
        StringEdit raised = dense
                ? written(target, new HyperLogLog(content(target)).dense(registers))
                : raised(call, target, sightings(registers));
        store(raised == null ? same(target) : raised, new Change.CountersMerged(call.database(), key, sources));
        return Reply.OK;
    }

    private static List<Sighting> sightings(byte[] registers) {
        List<Sighting> sightings = new ArrayList<>();
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] > 0) {
                sightings.add(new Sighting(i, registers[i]));
            }
        }
        return sightings;
    }

    private static void requireCounter(StringHandle string) {
        if (!string.isAbsent() && !new HyperLogLog(string.pages()).isOne()) {
            throw new CommandException("WRONGTYPE Key is not a valid HyperLogLog string value.");
        }
    }

    private static CommandException corrupt() {
        return new CommandException("INVALIDOBJ Corrupted HLL object detected");
    }

    /** Whether it was a dense one. */
    private static boolean mergeInto(byte[] registers, StringHandle string) {
        requireCounter(string);
        HyperLogLog counter = new HyperLogLog(content(string));
        if (!counter.mergeInto(registers)) {
            throw corrupt();
        }
        return counter.isDense();
    }

    /** An absent counter has seen nothing. */
    private static Pages content(StringHandle string) {
        return string.isAbsent() ? Pages.of(HyperLogLog.empty()) : string.pages();
    }

    private static StringEdit same(StringHandle string) {
        Pages content = content(string);
        return written(string, content.slice(0, content.length()));
    }

    /** The counter with registers raised, not stored yet; null if all were as high before. */
    private static @Nullable StringEdit raised(Call call, StringHandle string, List<Sighting> sightings) {
        Pages content = content(string);
        if (new HyperLogLog(content).isDense()) {
            return sightings.stream().anyMatch(sighting -> isHigher(sighting, content))
                    ? raised(string.edit(0), sightings)
                    : null;
        }
        long bytesMax = call.databases().shapes().limits().of(Limit.COUNTER_BYTES);
        SparseRegisters sparse = new SparseRegisters(content, bytesMax);
        boolean changed = false;
        for (int i = 0; i < sightings.size(); i++) {
            Sighting sighting = sightings.get(i);
            switch (sparse.raise(sighting.register(), sighting.rank())) {
                case AS_HIGH -> {}
                case RAISED -> changed = true;
                case OUTGROWN -> {
                    return raised(written(string, denseOf(sparse)), sightings.subList(i, sightings.size()));
                }
                case CORRUPT -> throw corrupt();
            }
        }
        return changed ? written(string, sparse.bytes()) : null;
    }

    private static boolean isHigher(Sighting sighting, Pages dense) {
        return sighting.rank() > new HyperLogLog(dense).register(sighting.register());
    }

    private static StringEdit raised(StringEdit dense, List<Sighting> sightings) {
        HyperLogLog counter = new HyperLogLog(dense);
        for (Sighting sighting : sightings) {
            if (isHigher(sighting, dense)) {
                int register = sighting.register();
                dense.write(HyperLogLog.registerAt(register), counter.withRegister(register, sighting.rank()));
            }
        }
        return dense;
    }

    private static Bytes denseOf(SparseRegisters sparse) {
        HyperLogLog counter = new HyperLogLog(Pages.of(sparse.bytes()));
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        if (!counter.mergeInto(registers)) {
            throw corrupt();
        }
        return counter.dense(registers);
    }

    private static StringEdit written(StringHandle string, Bytes content) {
        StringEdit edit = string.anew(content.length());
        edit.write(0, content);
        return edit;
    }

    private static void store(StringEdit edit, Change change) {
        edit.write(HyperLogLog.STALENESS_AT, new HyperLogLog(edit).staleness());
        edit.store(change);
    }
}
