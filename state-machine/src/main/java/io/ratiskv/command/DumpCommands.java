package io.ratiskv.command;

import static io.ratiskv.command.Category.DANGEROUS;
import static io.ratiskv.command.Category.KEYSPACE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.rdb.PayloadException;
import io.ratiskv.rdb.RdbPayload;
import io.ratiskv.rdb.RdbWriter;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Value;
import org.jspecify.annotations.Nullable;

/** Values as bytes that Redis and its tools know, out and in. Confined to whoever holds the state's lock. */
final class DumpCommands {
    private static final String RESTORE_ARGUMENTS =
            " key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ frequency:integer]";

    private DumpCommands() {}

    static void declare(Declarations table) {
        table.group(Group.GENERIC);

        table.read("DUMP key", DumpCommands::dump)
                .in(KEYSPACE)
                .since("2.6.0")
                .complexity("O(N), N bytes of the value.")
                .tips("nondeterministic_output")
                .summary("Returns what a key holds as bytes that RESTORE takes, here or in Redis.");

        restoring(table, "RESTORE")
                .since("2.6.0")
                .summary("Makes a key of what DUMP returned, here or in Redis, with a time to live.");

        restoring(table, "RESTORE-ASKING")
                .with(Flag.ASKING)
                .since("3.0.0")
                .summary("As RESTORE, for a slot that is being taken over.");
    }

    private static Declaration restoring(Declarations table, String name) {
        return table.write(name + RESTORE_ARGUMENTS, DumpCommands::restore)
                .in(KEYSPACE, DANGEROUS)
                .denyOom()
                .complexity("O(N), N bytes of the value.")
                .keys("OW update");
    }

    private static Reply dump(Call call) {
        Bytes key = call.take();

        Keyspace keyspace = call.keyspace();
        if (!keyspace.exists(key)) {
            return Reply.NULL;
        }
        @Nullable Value value = keyspace.value(key);
        @Nullable
        Bytes payload = value == null
                ? string(keyspace.string(key))
                : RdbWriter.write(value, call.nowMillis(), StringCommands.STRING_BYTES_MAX);
        if (payload == null) {
            throw Errors.stringTooLong();
        }
        return Reply.bulk(payload);
    }

    private static @Nullable Bytes string(@Nullable Bytes string) {
        return string == null ? null : RdbWriter.write(string);
    }

    private static Reply restore(Call call) {
        Bytes key = call.take();
        Bytes timeToLive = call.take();
        Bytes serialized = call.take();
        RestoreOptions options = RestoreOptions.parse(call);

        // Redis looks at the key before it reads the other arguments.
        Keyspace keyspace = call.keyspace();
        if (!options.replaces() && keyspace.exists(key)) {
            throw new CommandException("BUSYKEY Target key name already exists.");
        }
        long deadline = options.deadline(call, timeToLive);
        @Nullable RdbPayload payload = RdbPayload.open(serialized);
        if (payload == null) {
            throw new CommandException("ERR DUMP payload version or checksum are wrong");
        }
        RdbPayload.Content content = content(call, payload);
        if (deadline <= call.nowMillis()) {
            keyspace.remove(key);
            return Reply.OK;
        }
        switch (content) {
            case RdbPayload.Text text -> keyspace.putRestored(key, text.string(), deadline);
            case RdbPayload.Other other -> keyspace.putRestored(key, other.value(), deadline);
        }
        return Reply.OK;
    }

    private static RdbPayload.Content content(Call call, RdbPayload payload) {
        try {
            return payload.read(call.databases().shapes());
        } catch (PayloadException e) {
            throw new CommandException("ERR Bad data format");
        }
    }

    /**
     * What follows the payload in RESTORE. Immutable.
     *
     * @param absolute whether the time to live is a time
     */
    private record RestoreOptions(boolean replaces, boolean absolute) {
        static RestoreOptions parse(Call call) {
            boolean replaces = false;
            boolean absolute = false;
            boolean idle = false;
            boolean frequent = false;
            while (call.hasMore()) {
                if (call.accept("REPLACE")) {
                    replaces = true;
                } else if (call.accept("ABSTTL")) {
                    absolute = true;
                } else if (!frequent && call.acceptWithValue("IDLETIME")) {
                    idle = true;
                    requireIn(call.takeLong(), Long.MAX_VALUE, "ERR Invalid IDLETIME value, must be >= 0");
                } else if (!idle && call.acceptWithValue("FREQ")) {
                    frequent = true;
                    requireIn(call.takeLong(), 255, "ERR Invalid FREQ value, must be >= 0 and <= 255");
                } else {
                    throw CommandException.syntax();
                }
            }
            return new RestoreOptions(replaces, absolute);
        }

        private static void requireIn(long value, long max, String otherwise) {
            if (value < 0 || value > max) {
                throw new CommandException(otherwise);
            }
        }

        long deadline(Call call, Bytes timeToLive) {
            long millis = Numeral.parseLong(timeToLive).orElseThrow(CommandException::notInteger);
            requireIn(millis, Long.MAX_VALUE, "ERR Invalid TTL value, must be >= 0");
            if (millis == 0) {
                return Deadline.NONE;
            }
            // One that leads beyond 64 bits is past, as in Redis.
            return Expiry.bounded((absolute ? 0 : call.nowMillis()) + millis);
        }
    }
}
