package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.StreamId;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.keyspace.FrozenDatabases;
import io.ratiskv.value.DoubleText;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.PendingEntry;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamConsumer;
import io.ratiskv.value.StreamEntry;
import io.ratiskv.value.StreamGroup;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Frozen databases as the commands that make them, in the Redis protocol, as BGREWRITEAOF of Redis writes them: for
 * {@code redis-cli --pipe}, or as an append-only file. Confined to one thread, while changes go on elsewhere.
 *
 * <p>As with Redis, an entry of a stream that is pending and was deleted is pending no more, and when a consumer was seen is
 * not told.
 */
public final class AofWriter {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** As many elements as Redis puts into one command. */
    private static final int ELEMENTS_MAX = 64;

    /** With so many bytes a command is long enough. */
    private static final int COMMAND_BYTES = 64 * 1024;

    private final FrozenDatabases databases;
    private final long nowMillis;
    private final RdbOutput out;

    private AofWriter(FrozenDatabases databases, long nowMillis, OutputStream stream) {
        this.databases = databases;
        this.nowMillis = nowMillis;
        this.out = new RdbOutput(BUFFER_BYTES, RdbOutput.into(stream));
    }

    /**
     * Writes all commands, without flushing or closing {@code out}.
     *
     * @param functions the sources of all libraries
     * @param nowMillis keys and fields that are due then are left out
     */
    public static void write(FrozenDatabases databases, List<Bytes> functions, long nowMillis, OutputStream out)
            throws IOException {
        try {
            new AofWriter(databases, nowMillis, out).write(functions);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(List<Bytes> functions) {
        for (Bytes source : functions) {
            command("FUNCTION", "LOAD", source);
        }
        for (int database = 0; database < Databases.COUNT; database++) {
            if (databases.storedKeys(database) > 0) {
                command("SELECT", database);
                databases.forEach(database, new KeyWriter());
            }
        }
        out.handOn();
    }

    /** A command of texts, numbers, ids and bytes. */
    private void command(Object... words) {
        List<Bytes> command = new ArrayList<>(words.length);
        for (Object word : words) {
            command.add(word instanceof Bytes bytes ? bytes : Bytes.of(word.toString()));
        }
        command(command);
    }

    private void command(List<Bytes> words) {
        head('*', words.size());
        for (Bytes word : words) {
            head('$', word.length());
            out.raw(word);
            lineEnd();
        }
    }

    private void head(char kind, int count) {
        out.oneByte(kind);
        out.raw(Bytes.of(count));
        lineEnd();
    }

    private void lineEnd() {
        out.oneByte('\r');
        out.oneByte('\n');
    }

    /** A command with elements, again and again, with few at a time. */
    private final class Chunks {
        private final Bytes name;
        private final Bytes key;
        private final int wordsMax;
        private List<Bytes> words = new ArrayList<>();
        private long bytes;

        Chunks(String name, Bytes key, int wordsEach) {
            this.name = Bytes.of(name);
            this.key = key;
            this.wordsMax = 2 + wordsEach * ELEMENTS_MAX;
        }

        void add(Bytes element) {
            if (words.isEmpty()) {
                words.add(name);
                words.add(key);
            }
            words.add(element);
            bytes += element.length();
            end(false);
        }

        void add(Bytes one, Bytes other) {
            bytes += one.length();
            if (words.isEmpty()) {
                words.add(name);
                words.add(key);
            }
            words.add(one);
            add(other);
        }

        void end() {
            end(!words.isEmpty());
        }

        private void end(boolean now) {
            if (now || words.size() >= wordsMax || bytes >= COMMAND_BYTES) {
                command(words);
                words = new ArrayList<>();
                bytes = 0;
            }
        }
    }

    private final class KeyWriter implements EntryVisitor {
        @Override
        public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
            if (expireAtMillis == Deadline.NONE) {
                command("SET", key, value);
            } else if (expireAtMillis > nowMillis) {
                command("SET", key, value, "PXAT", expireAtMillis);
            }
        }

        @Override
        public void value(Bytes key, long version, long expireAtMillis, Value value) {
            if (!RdbFileWriter.lives(expireAtMillis, value, nowMillis)) {
                return;
            }
            switch (value) {
                case PagedString string -> command("SET", key, string.whole());
                case ListValue list -> {
                    Chunks chunks = new Chunks("RPUSH", key, 1);
                    list.ascending(0).forEachRemaining(chunks::add);
                    chunks.end();
                }
                case SetValue set -> {
                    Chunks chunks = new Chunks("SADD", key, 1);
                    set.forEach(chunks::add);
                    chunks.end();
                }
                case SortedSetValue set -> {
                    Chunks chunks = new Chunks("ZADD", key, 2);
                    set.forEach((member, score) -> chunks.add(Bytes.of(DoubleText.shortest(score)), member));
                    chunks.end();
                }
                case HashValue hash -> write(key, hash);
                case StreamValue stream -> write(key, stream);
            }
            if (expireAtMillis != Deadline.NONE) {
                command("PEXPIREAT", key, expireAtMillis);
            }
        }
    }

    private void write(Bytes key, HashValue hash) {
        Chunks chunks = new Chunks("HSET", key, 2);
        hash.forEach(hash.onlyLiving(nowMillis, chunks::add));
        chunks.end();
        hash.deadlines().forEach((field, deadline) -> {
            if (deadline > nowMillis) {
                command("HPEXPIREAT", key, (long) deadline, "FIELDS", 1, field);
            }
        });
    }

    private void write(Bytes key, StreamValue stream) {
        for (Iterator<StreamEntry> entries = stream.ascending(StreamId.MIN, StreamId.MAX); entries.hasNext(); ) {
            StreamEntry entry = entries.next();
            List<Bytes> words = new ArrayList<>(3 + entry.wordCount());
            words.add(Bytes.of("XADD"));
            words.add(key);
            words.add(Bytes.of(entry.id().toString()));
            entry.forEachWord(words::add);
            command(words);
        }
        if (stream.size() == 0) {
            // The only way to a stream without an entry that needs no group.
            command("XADD", key, "MAXLEN", 0, "0-1", "x", "y");
        }
        command(
                "XSETID",
                key,
                stream.lastId(),
                "ENTRIESADDED",
                stream.entriesAdded(),
                "MAXDELETEDID",
                stream.maxDeletedId());
        for (StreamGroup group : stream.groups()) {
            write(key, stream, group);
        }
    }

    private void write(Bytes key, StreamValue stream, StreamGroup group) {
        Bytes name = group.name();
        command("XGROUP", "CREATE", key, name, group.lastDelivered(), "ENTRIESREAD", group.entriesRead());
        for (StreamConsumer consumer : group.consumers()) {
            command("XGROUP", "CREATECONSUMER", key, name, consumer.name());
        }
        for (Iterator<PendingEntry> pending = group.pendingFrom(StreamId.MIN); pending.hasNext(); ) {
            PendingEntry entry = pending.next();
            if (stream.entry(entry.id()) == null) {
                continue;
            }
            // What was given back has no consumer, which Redis does not know: one without a name stands for it.
            Bytes consumer = entry.consumer() == null ? Bytes.EMPTY : entry.consumer();
            command(
                    "XCLAIM",
                    key,
                    name,
                    consumer,
                    0,
                    entry.id(),
                    "TIME",
                    entry.deliveredAtMillis(),
                    "RETRYCOUNT",
                    entry.deliveries(),
                    "JUSTID",
                    "FORCE");
        }
    }
}
