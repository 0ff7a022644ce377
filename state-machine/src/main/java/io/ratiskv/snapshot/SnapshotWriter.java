package io.ratiskv.snapshot;

import io.ratiskv.acl.User;
import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.keyspace.FrozenDatabases;
import io.ratiskv.machine.ClientSession;
import io.ratiskv.machine.ClientSessions;
import io.ratiskv.machine.DigestFold;
import io.ratiskv.machine.Frozen;
import io.ratiskv.machine.GatewayState;
import io.ratiskv.machine.MachineState;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.script.Library;
import io.ratiskv.script.ScriptFlag;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.ScoredMembers;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamValue;
import io.ratiskv.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;

/**
 * A frozen state as bytes: equal states give equal bytes. Stateless; any thread, while changes go on elsewhere.
 *
 * <p>The bytes are not compressed; {@link Section} tells how they are framed.
 */
public final class SnapshotWriter {
    /** The key expires. */
    static final int EXPIRES = 1;
    /** Of a string: put together piece by piece. Of a collection: past the compact shape. */
    static final int SHAPED = 2;
    /** Of a set: in the shape for integers. */
    static final int INTEGERS = 4;
    /** Of a hash: the deadlines of fields follow. */
    static final int FIELDS_EXPIRE = 8;

    private SnapshotWriter() {}

    /** Writes the whole snapshot, in order, without flushing or closing {@code out}. */
    public static void write(Frozen frozen, OutputStream out) throws IOException {
        out.write(Section.MAGIC);
        SectionWriter writer = new SectionWriter(out);
        writer.begin(Section.STATE);
        writeState(writer, frozen);
        writer.end();

        DigestFold fold = new DigestFold(frozen.logTimeMillis());
        for (int database = 0; database < Databases.COUNT; database++) {
            writeDatabase(writer, frozen.databases(), database, fold);
        }

        writeScripts(writer, frozen.state().scripts(), fold);
        UserTable users = frozen.state().users();
        if (!users.isInitial()) {
            writer.begin(Section.USERS);
            writeUsers(writer, users);
            writer.end();
            fold.users(users);
        }

        writeSessions(writer, frozen.state().sessions(), fold);

        writer.begin(Section.END);
        writer.fixedLong(fold.digest().total());
        writer.end();
    }

    private static void writeState(SectionWriter writer, Frozen frozen) throws IOException {
        MachineState state = frozen.state();
        writer.varint(Section.FORMAT);
        writer.varint(state.index());
        writer.varint(state.logTimeMillis());
        writer.varint(state.featureLevel());
        writer.varint(state.entries());
        writer.varint(state.versions());
        writer.varint(state.expiredKeys());
        writer.varint(state.expiredFields());
        writer.varint(state.evictedKeys());
        writer.varint(state.configuration().size());
        for (var setting : state.configuration().entrySet()) {
            writer.text(setting.getKey());
            writer.string(setting.getValue());
        }
        writer.varint(state.nodes().size());
        for (NodeAddress node : state.nodes()) {
            writer.text(node.node());
            writer.text(node.respAddress());
            writer.text(node.httpAddress());
        }
        writer.varint(state.gateways().size());
        for (GatewayState gateway : state.gateways()) {
            writeGateway(writer, gateway);
        }
        writer.varint(frozen.memoryBytes());
    }

    private static void writeScripts(SectionWriter writer, Scripts.State scripts, DigestFold fold) throws IOException {
        if (scripts.equals(Scripts.State.EMPTY)) {
            return;
        }
        writer.begin(Section.SCRIPTS);
        writeStrings(writer, scripts.loaded());
        writeStrings(writer, scripts.evaluated());
        writer.varint(scripts.libraries().size());
        for (Library library : scripts.libraries()) {
            writer.text(library.name());
            writer.string(library.code());
            writer.varint(library.functions().size());
            for (Library.Function function : library.functions()) {
                writer.text(function.name());
                writer.oneByte(function.description() == null ? 0 : 1);
                writer.string(function.description() == null ? Bytes.EMPTY : function.description());
                writer.varint(function.flags().size());
                for (ScriptFlag flag : function.flags()) {
                    writer.text(flag.wireName());
                }
            }
        }
        writer.end();
        fold.scripts(scripts);
    }

    private static void writeStrings(SectionWriter writer, List<Bytes> strings) throws IOException {
        writer.varint(strings.size());
        for (Bytes string : strings) {
            writer.string(string);
        }
    }

    private static void writeUsers(SectionWriter writer, UserTable users) throws IOException {
        writer.varint(users.all().size());
        for (User user : users.all()) {
            writer.string(user.name());
            List<Bytes> rules = user.rules();
            writer.varint(rules.size());
            for (Bytes rule : rules) {
                writer.string(rule);
            }
        }
    }

    private static void writeSessions(SectionWriter writer, ClientSessions.State state, DigestFold fold)
            throws IOException {
        if (state.uses() == 0) {
            return;
        }
        writer.begin(Section.SESSIONS);
        writer.varint(state.uses());
        writer.varint(state.sessions().size());
        for (ClientSession session : state.sessions()) {
            writer.string(session.name());
            writer.varint(session.use());
            writer.varint(session.usedAtMillis());
            writer.varint(session.highest());
            writer.varint(session.forgotten());
            writer.varint(session.answers().size());
            for (ClientSession.Answer answer : session.answers()) {
                writer.varint(answer.number());
                writer.fixedLong(answer.fingerprint());
                writer.string(answer.reply());
            }
        }
        writer.end();
        fold.sessions(state.sessions());
    }

    private static void writeGateway(SectionWriter writer, GatewayState gateway) throws IOException {
        writer.text(gateway.node());
        writer.varint(gateway.epoch());
        writer.varint(gateway.lastSeenMillis());
        writer.varint(gateway.floor());
        writer.varint(gateway.applied().size());
        for (long id : gateway.applied()) {
            writer.varint(id);
        }
        writer.varint(gateway.pieces().size());
        for (GatewayState.Pieces pieces : gateway.pieces()) {
            writer.varint(pieces.id());
            writer.varint(pieces.count());
            writer.varint(pieces.next());
            writer.string(pieces.bytes());
        }
    }

    private static void writeDatabase(SectionWriter writer, FrozenDatabases databases, int database, DigestFold fold)
            throws IOException {
        long keys = databases.storedKeys(database);
        if (keys == 0) {
            return;
        }
        writer.begin(Section.DATABASE);
        writer.varint(database);
        writer.varint(keys);
        try {
            databases.forEach(database, new EntryWriter(writer, fold.of(database)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        writer.end();
    }

    /** Writes each key and hands it on. */
    private record EntryWriter(SectionWriter writer, EntryVisitor next) implements EntryVisitor {
        @Override
        public void string(Bytes key, long version, long expireAtMillis, boolean pieced, Bytes value) {
            try {
                writeHead(ValueType.STRING, key, version, expireAtMillis, pieced ? SHAPED : 0);
                writer.string(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.string(key, version, expireAtMillis, pieced, value);
        }

        @Override
        public void value(Bytes key, long version, long expireAtMillis, Value value) {
            try {
                switch (value) {
                    case HashValue hash -> {
                        writeHead(ValueType.HASH, key, version, expireAtMillis, shape(hash));
                        writeHash(hash);
                    }
                    case ListValue list -> {
                        writeHead(ValueType.LIST, key, version, expireAtMillis, list.isCompact() ? 0 : SHAPED);
                        writer.varint(list.size());
                        for (Iterator<Bytes> elements = list.ascending(0); elements.hasNext(); ) {
                            writer.string(elements.next());
                        }
                    }
                    case PagedString string -> {
                        writeHead(ValueType.STRING, key, version, expireAtMillis, SHAPED);
                        writer.string(string.pages());
                    }
                    case SetValue set -> {
                        writeHead(ValueType.SET, key, version, expireAtMillis, shape(set));
                        writer.varint(set.size());
                        for (Bytes member : set) {
                            writer.string(member);
                        }
                    }
                    case SortedSetValue set -> {
                        writeHead(ValueType.SORTED_SET, key, version, expireAtMillis, set.isCompact() ? 0 : SHAPED);
                        writeSortedSet(set);
                    }
                    case StreamValue stream -> {
                        writeHead(ValueType.STREAM, key, version, expireAtMillis, 0);
                        new StreamWriter(writer).write(stream);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.value(key, version, expireAtMillis, value);
        }

        private void writeHead(ValueType type, Bytes key, long version, long expireAtMillis, int shape)
                throws IOException {
            boolean expires = expireAtMillis != Deadline.NONE;
            writer.oneByte(type.code());
            writer.oneByte((expires ? EXPIRES : 0) | shape);
            writer.varint(version);
            if (expires) {
                writer.varint(expireAtMillis);
            }
            writer.string(key);
        }

        private static int shape(HashValue hash) {
            return (hash.isCompact() ? 0 : SHAPED) | (hash.isExpiring() ? FIELDS_EXPIRE : 0);
        }

        private static int shape(SetValue set) {
            return switch (set.shape()) {
                case INTEGERS -> INTEGERS;
                case COMPACT -> 0;
                case TRIE -> SHAPED;
            };
        }

        private void writeSortedSet(SortedSetValue set) throws IOException {
            writer.varint(set.size());
            set.forEach((member, score) -> {
                try {
                    writer.string(member);
                    writer.fixedLong(Double.doubleToRawLongBits(score));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        private void writeHash(HashValue hash) throws IOException {
            writer.varint(hash.size());
            hash.forEach((field, value) -> {
                try {
                    writer.string(field);
                    writer.string(value);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (hash.isExpiring()) {
                writeDeadlines(hash.deadlines());
            }
        }

        private void writeDeadlines(ScoredMembers deadlines) throws IOException {
            writer.varint(deadlines.size());
            deadlines.forEach((field, deadline) -> {
                try {
                    writer.varint((long) deadline);
                    writer.string(field);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
