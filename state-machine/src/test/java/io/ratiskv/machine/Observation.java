package io.ratiskv.machine;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What tells two machines apart. */
public final class Observation {
    private Observation() {}

    /** Applies as on a gateway. */
    public static Outcome apply(KeyValueStateMachine machine, RandomLog.Stamped stamped) {
        return machine.apply(stamped.index(), stamped.stampMillis(), stamped.entry(), Audience.GATEWAY);
    }

    /** Every key of every database in order, with its content in order, version and deadline, and the state beside. */
    public static List<Object> of(KeyValueStateMachine machine) {
        List<Object> seen = new ArrayList<>();
        Frozen frozen = machine.freeze();
        seen.add(frozen.state());
        seen.add(frozen.memoryBytes());
        seen.add(frozen.digest());
        for (int database = 0; database < 16; database++) {
            seen.add(ask(machine, database, "KEYS", "*"));
            seen.add(ask(machine, database, "SCAN", "0", "COUNT", "7"));
        }
        seen.add(Bytes.wrap(bytes(frozen)));
        return seen;
    }

    /** The snapshot of a frozen state. */
    public static byte[] bytes(Frozen frozen) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            SnapshotWriter.write(frozen, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The machine of a snapshot. */
    public static KeyValueStateMachine restored(byte[] snapshot) {
        try {
            return SnapshotReader.read(new ByteArrayInputStream(snapshot));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply ask(KeyValueStateMachine machine, int database, String... words) {
        Request request = Request.of(words);
        Reply reply = machine.query(new Request(database, 2, Request.DEFAULT_USER, request.words()), Long.MIN_VALUE);
        if (reply == null) {
            throw new AssertionError("a read at the log's time needs no Tick");
        }
        return reply;
    }
}
