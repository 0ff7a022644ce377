package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The keys of one DEBUG POPULATE, written entry by entry. Confined to the event loop. */
final class Population {
    private static final int KEYS_OF_AN_ENTRY_MAX = 500;
    private static final int BYTES_OF_AN_ENTRY = 256 * 1024;
    private static final int VALUE_BYTES_MAX = 512 * 1024;

    private final Session session;
    private final int database;
    private final long count;
    private final String prefix;
    private final int valueBytes;
    private final Consumer<Reply> reply;
    private long next;

    private Population(Session session, long count, String prefix, int valueBytes, Consumer<Reply> reply) {
        this.session = session;
        this.database = session.state().database();
        this.count = count;
        this.prefix = prefix;
        this.valueBytes = valueBytes;
        this.reply = reply;
    }

    /** {@code DEBUG POPULATE count [prefix] [size]}. */
    static void begin(Session session, Bytes[] words, Consumer<Reply> reply) {
        long count = positive(words[2], Long.MAX_VALUE);
        String prefix = words.length > 3 ? words[3].latin1() : "key";
        int size = words.length > 4 ? (int) positive(words[4], VALUE_BYTES_MAX) : 0;
        new Population(session, count, prefix, size, reply).proceed();
    }

    private static long positive(Bytes word, long max) {
        String problem = "ERR value is out of range, must be positive";
        long value = LocalCommands.integer(word, problem);
        if (value < 0 || value > max) {
            throw new CommandException(problem);
        }
        return value;
    }

    private void proceed() {
        if (next == count) {
            reply.accept(Reply.OK);
            return;
        }
        List<Request> entry = new ArrayList<>();
        long bytes = 0;
        while (next < count && entry.size() < KEYS_OF_AN_ENTRY_MAX && bytes < BYTES_OF_AN_ENTRY) {
            Bytes[] words = {
                Bytes.of("SET"), latin1(prefix + ":" + next), value("value:" + next), Bytes.of("NX"),
            };
            entry.add(new Request(
                    database, session.state().protocol(), session.state().user(), words));
            bytes += Session.bytes(words);
            next++;
        }
        Question.ask(
                session,
                entry,
                /* write= */ true,
                reply,
                answers -> {
                    for (Reply answer : answers) {
                        if (answer instanceof Reply.Failure) {
                            reply.accept(answer);
                            return;
                        }
                    }
                    proceed();
                });
    }

    private Bytes value(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Bytes.wrap(valueBytes == 0 ? bytes : Arrays.copyOf(bytes, valueBytes));
    }

    private static Bytes latin1(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
