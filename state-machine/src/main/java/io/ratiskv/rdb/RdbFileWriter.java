package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.keyspace.FrozenDatabases;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Frozen databases as a file that Redis loads as its dump.rdb; {@link RdbFileReader} says what is in it. Confined to one
 * thread, while changes go on elsewhere.
 *
 * <p>It is in the version of the oldest release that knows what it holds: Redis 5, with streams or functions 7.0, with
 * deadlines of fields 7.4. For that, all keys are looked at before. In a file for Redis 7.0 consumers of streams have one
 * time, when they were seen.
 */
public final class RdbFileWriter {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int AUX = 0xfa;
    private static final int SIZES = 0xfb;
    private static final int DEADLINE_MILLIS = 0xfc;
    private static final int DATABASE = 0xfe;
    private static final int END = 0xff;

    private final FrozenDatabases databases;
    private final long nowMillis;
    private final RdbOutput out;
    private int version = RdbWriter.VERSION;
    private long crc;

    private RdbFileWriter(FrozenDatabases databases, long nowMillis, OutputStream stream) {
        this.databases = databases;
        this.nowMillis = nowMillis;
        Consumer<Bytes> file = RdbOutput.into(stream);
        this.out = new RdbOutput(BUFFER_BYTES, bytes -> {
            crc = Crc64.update(crc, bytes);
            file.accept(bytes);
        });
    }

    /**
     * Writes the whole file, without flushing or closing {@code out}.
     *
     * @param functions the sources of all libraries
     * @param nowMillis keys and fields that are due then are left out
     */
    public static void write(FrozenDatabases databases, List<Bytes> functions, long nowMillis, OutputStream out)
            throws IOException {
        try {
            new RdbFileWriter(databases, nowMillis, out).write(functions);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(List<Bytes> functions) {
        Survey[] surveys = new Survey[Databases.COUNT];
        if (!functions.isEmpty()) {
            version = RdbWriter.VERSION_OF_STREAMS;
        }
        for (int database = 0; database < surveys.length; database++) {
            surveys[database] = new Survey(nowMillis);
            databases.forEach(database, surveys[database]);
            version = Math.max(version, surveys[database].version);
        }
        out.raw(Bytes.of("REDIS%04d".formatted(version)));
        aux("redis-ver", Bytes.of("7.2.5"));
        aux("redis-bits", Bytes.of(Long.SIZE));
        aux("ctime", Bytes.of(nowMillis / 1_000));
        for (Bytes source : functions) {
            out.oneByte(RdbWriter.FUNCTION);
            out.string(source);
        }
        for (int database = 0; database < surveys.length; database++) {
            if (surveys[database].keys > 0) {
                out.oneByte(DATABASE);
                out.number(database);
                out.oneByte(SIZES);
                out.number(surveys[database].keys);
                out.number(surveys[database].expiring);
                databases.forEach(database, new KeyWriter());
            }
        }
        out.oneByte(END);
        out.handOn();
        out.littleEndian(crc, Long.BYTES);
        out.handOn();
    }

    private void aux(String name, Bytes content) {
        out.oneByte(AUX);
        out.string(Bytes.of(name));
        out.string(content);
    }

    /** Whether a key is there at the time of the log. */
    static boolean lives(long expireAtMillis, Value value, long nowMillis) {
        return expireAtMillis > nowMillis
                && !(value instanceof HashValue hash && hash.fieldDeadlines().lastMillis() <= nowMillis);
    }

    /** Counts the keys of a database and finds what version they need. */
    private static final class Survey implements EntryVisitor {
        private final long nowMillis;
        long keys;
        long expiring;
        int version = RdbWriter.VERSION;

        Survey(long nowMillis) {
            this.nowMillis = nowMillis;
        }

        @Override
        public void string(Bytes key, long keyVersion, long expireAtMillis, boolean pieced, Bytes value) {
            if (expireAtMillis > nowMillis) {
                count(expireAtMillis);
            }
        }

        @Override
        public void value(Bytes key, long keyVersion, long expireAtMillis, Value value) {
            if (!lives(expireAtMillis, value, nowMillis)) {
                return;
            }
            count(expireAtMillis);
            if (value instanceof StreamValue) {
                version = Math.max(version, RdbWriter.VERSION_OF_STREAMS);
            }
            if (value instanceof HashValue hash && RdbWriter.soonestDeadline(hash, nowMillis) != Deadline.NONE) {
                version = RdbWriter.VERSION_OF_DEADLINES;
            }
        }

        private void count(long expireAtMillis) {
            keys++;
            if (expireAtMillis != Deadline.NONE) {
                expiring++;
            }
        }
    }

    private final class KeyWriter implements EntryVisitor {
        @Override
        public void string(Bytes key, long keyVersion, long expireAtMillis, boolean pieced, Bytes value) {
            if (expireAtMillis > nowMillis) {
                begin(key, expireAtMillis).string(value);
            }
        }

        @Override
        public void value(Bytes key, long keyVersion, long expireAtMillis, Value value) {
            if (lives(expireAtMillis, value, nowMillis)) {
                begin(key, expireAtMillis).value(value, nowMillis);
            }
        }

        private RdbWriter begin(Bytes key, long expireAtMillis) {
            if (expireAtMillis != Deadline.NONE) {
                out.oneByte(DEADLINE_MILLIS);
                out.littleEndian(expireAtMillis, Long.BYTES);
            }
            return new RdbWriter(out, key, version);
        }
    }
}
