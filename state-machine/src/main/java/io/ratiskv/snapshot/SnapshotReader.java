package io.ratiskv.snapshot;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.PagedBytes;
import io.ratiskv.collect.Pages;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.EntryVisitor;
import io.ratiskv.machine.ClientSession;
import io.ratiskv.machine.ClientSessions;
import io.ratiskv.machine.Digest;
import io.ratiskv.machine.DigestFold;
import io.ratiskv.machine.GatewayState;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.machine.MachineState;
import io.ratiskv.machine.NodeAddress;
import io.ratiskv.machine.Restoration;
import io.ratiskv.script.Library;
import io.ratiskv.script.ScriptFlag;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.HashBuilder;
import io.ratiskv.value.HashValue;
import io.ratiskv.value.ListBuilder;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.PagedString;
import io.ratiskv.value.SetBuilder;
import io.ratiskv.value.SetShape;
import io.ratiskv.value.SetValue;
import io.ratiskv.value.SortedSetBuilder;
import io.ratiskv.value.SortedSetValue;
import io.ratiskv.value.StreamValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Bytes of {@link SnapshotWriter} as a machine that replies and iterates like the one that wrote them. Confined to one
 * thread.
 */
public final class SnapshotReader {
    private final SectionReader reader;

    private SnapshotReader(InputStream in) {
        this.reader = new SectionReader(in);
    }

    /**
     * Reads a whole snapshot to the end of the stream and compares it with its digest.
     *
     * @throws SnapshotException if the bytes are damaged, cut off, or of a later release
     * @throws IOException if the stream fails
     */
    public static KeyValueStateMachine read(InputStream in) throws IOException {
        return new SnapshotReader(in).read();
    }

    private KeyValueStateMachine read() throws IOException {
        try {
            reader.expectMagic();
            if (reader.begin() != Section.STATE) {
                throw reader.broken("a snapshot begins with the state");
            }
            int format = reader.varint(Integer.MAX_VALUE);
            if (format != Section.FORMAT) {
                throw reader.broken("format " + format + " is unknown; known is " + Section.FORMAT);
            }
            MachineState head = readHead();
            Restoration restoration = new Restoration(head);
            long memoryBytes = reader.varint();
            reader.end();

            // What was read is folded at once: to visit a million keys again would double the time to restore them.
            DigestFold fold = new DigestFold(head.logTimeMillis());
            int databasesFrom = 0;
            Section section = reader.begin();
            while (section == Section.DATABASE) {
                databasesFrom = readDatabase(restoration.databases(), databasesFrom, fold) + 1;
                reader.end();
                section = reader.begin();
            }
            if (section == Section.SCRIPTS) {
                Scripts.State scripts = readScripts();
                reader.end();
                restoration.scripts(scripts);
                fold.scripts(scripts);
                section = reader.begin();
            }
            if (section == Section.USERS) {
                UserTable users = readUsers(head.users());
                reader.end();
                restoration.users(users);
                fold.users(users);
                section = reader.begin();
            }
            if (section == Section.SESSIONS) {
                long uses = reader.varint();
                List<ClientSession> sessions = readSessions();
                reader.end();
                restoration.sessions(uses, sessions);
                fold.sessions(sessions);
                section = reader.begin();
            }
            if (section != Section.END) {
                throw reader.broken("the end is expected");
            }
            KeyValueStateMachine machine = restoration.machine();
            expectSame(restoration.databases().memoryBytes(), memoryBytes, fold.digest(), reader.fixedLong());
            reader.end();
            reader.expectEnd();
            return machine;
        } catch (IllegalArgumentException e) {
            throw reader.broken("what was read can not be: " + e.getMessage(), e);
        }
    }

    private void expectSame(long memoryBytes, long expectedMemoryBytes, Digest digest, long expectedDigest)
            throws SnapshotException {
        if (memoryBytes != expectedMemoryBytes) {
            throw reader.broken("the keys count " + memoryBytes + " bytes, not " + expectedMemoryBytes);
        }
        if (digest.total() != expectedDigest) {
            throw reader.broken("the digest of the keys is " + digest + ", not " + Long.toHexString(expectedDigest));
        }
    }

    private UserTable readUsers(UserTable initial) throws IOException {
        UserTable users = initial;
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            Bytes name = reader.string();
            List<Bytes> rules = new ArrayList<>();
            for (int more = reader.varint(Integer.MAX_VALUE); more > 0; more--) {
                rules.add(reader.string());
            }
            users = users.restored(name, rules);
        }
        return users;
    }

    private MachineState readHead() throws IOException {
        long index = reader.varint();
        long logTimeMillis = reader.varint();
        int featureLevel = reader.varint(KeyValueStateMachine.FEATURE_LEVEL_MAX);
        long entries = reader.varint();
        long versions = reader.varint();
        long expiredKeys = reader.varint();
        long expiredFields = reader.varint();
        long evictedKeys = reader.varint();
        TreeMap<String, Bytes> configuration = new TreeMap<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            configuration.put(reader.text(), reader.string());
        }
        List<NodeAddress> nodes = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            nodes.add(new NodeAddress(reader.text(), reader.text(), reader.text()));
        }
        List<GatewayState> gateways = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            gateways.add(readGateway());
        }
        return new MachineState(
                index,
                logTimeMillis,
                featureLevel,
                entries,
                versions,
                expiredKeys,
                expiredFields,
                evictedKeys,
                configuration,
                nodes,
                gateways,
                Scripts.State.EMPTY,
                KeyValueStateMachine.INITIAL_USERS,
                ClientSessions.State.EMPTY);
    }

    private Scripts.State readScripts() throws IOException {
        List<Bytes> loaded = readStrings();
        List<Bytes> evaluated = readStrings();
        List<Library> libraries = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            libraries.add(readLibrary());
        }
        return new Scripts.State(loaded, evaluated, libraries);
    }

    private Library readLibrary() throws IOException {
        String name = reader.text();
        Bytes code = reader.string();
        List<Library.Function> functions = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            String functionName = reader.text();
            boolean described = reader.oneByte() != 0;
            Bytes description = reader.string();
            Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
            for (int more = reader.varint(Integer.MAX_VALUE); more > 0; more--) {
                flags.add(ScriptFlag.named(reader.text()));
            }
            functions.add(new Library.Function(functionName, described ? description : null, flags));
        }
        return new Library(name, code, functions);
    }

    private List<Bytes> readStrings() throws IOException {
        List<Bytes> strings = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            strings.add(reader.string());
        }
        return strings;
    }

    private List<ClientSession> readSessions() throws IOException {
        List<ClientSession> sessions = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            Bytes name = reader.string();
            long use = reader.varint();
            long usedAtMillis = reader.varint();
            long highest = reader.varint();
            long forgotten = reader.varint();
            List<ClientSession.Answer> answers = new ArrayList<>();
            for (int more = reader.varint(Integer.MAX_VALUE); more > 0; more--) {
                answers.add(new ClientSession.Answer(reader.varint(), reader.fixedLong(), reader.string()));
            }
            sessions.add(new ClientSession(name, use, usedAtMillis, highest, forgotten, List.copyOf(answers)));
        }
        return sessions;
    }

    private GatewayState readGateway() throws IOException {
        String node = reader.text();
        long epoch = reader.varint();
        long lastSeenMillis = reader.varint();
        long floor = reader.varint();
        List<Long> applied = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            applied.add(reader.varint());
        }
        List<GatewayState.Pieces> pieces = new ArrayList<>();
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            pieces.add(new GatewayState.Pieces(
                    reader.varint(),
                    reader.varint(Integer.MAX_VALUE),
                    reader.varint(Integer.MAX_VALUE),
                    reader.string()));
        }
        return new GatewayState(node, epoch, lastSeenMillis, floor, applied, pieces);
    }

    /** Returns which database it was, not below {@code from}. */
    private int readDatabase(Databases databases, int from, DigestFold fold) throws IOException {
        int database = reader.varint(Databases.COUNT - 1);
        if (database < from) {
            throw reader.broken("database " + database + " comes late");
        }
        EntryVisitor folded = fold.of(database);
        for (long left = reader.varint(); left > 0; left--) {
            readEntry(databases, database, folded);
        }
        return database;
    }

    private void readEntry(Databases databases, int database, EntryVisitor folded) throws IOException {
        ValueType type = ValueType.of(reader.oneByte());
        int flags = reader.oneByte();
        boolean shaped = (flags & SnapshotWriter.SHAPED) != 0;
        long version = reader.varint();
        long expireAtMillis = (flags & SnapshotWriter.EXPIRES) != 0 ? reader.varint() : Deadline.NONE;
        Bytes key = reader.string();
        switch (type) {
            case STRING -> {
                int length = reader.stringLength();
                if (shaped && length > PagedString.WHOLE_BYTES_MAX) {
                    PagedString string = readPaged(length, databases.shapes().epoch());
                    databases.restoreValue(database, key, version, expireAtMillis, string);
                    folded.value(key, version, expireAtMillis, string);
                    return;
                }
                Bytes value = reader.bytes(length);
                databases.restoreString(database, key, version, expireAtMillis, shaped, value);
                folded.string(key, version, expireAtMillis, shaped, value);
            }
            case HASH -> {
                HashValue hash = readHash(
                        new HashBuilder(!shaped, databases.shapes()), (flags & SnapshotWriter.FIELDS_EXPIRE) != 0);
                databases.restoreValue(database, key, version, expireAtMillis, hash);
                folded.value(key, version, expireAtMillis, hash);
            }
            case LIST -> {
                ListValue list = readList(new ListBuilder(!shaped, databases.shapes()));
                databases.restoreValue(database, key, version, expireAtMillis, list);
                folded.value(key, version, expireAtMillis, list);
            }
            case SET -> {
                boolean integers = (flags & SnapshotWriter.INTEGERS) != 0;
                SetShape shape = integers ? SetShape.INTEGERS : shaped ? SetShape.TRIE : SetShape.COMPACT;
                SetValue set = readSet(new SetBuilder(shape, databases.shapes()));
                databases.restoreValue(database, key, version, expireAtMillis, set);
                folded.value(key, version, expireAtMillis, set);
            }
            case SORTED_SET -> {
                SortedSetValue set =
                        readSortedSet(new SortedSetBuilder(databases.shapes())).restore(!shaped);
                databases.restoreValue(database, key, version, expireAtMillis, set);
                folded.value(key, version, expireAtMillis, set);
            }
            case STREAM -> {
                StreamValue stream = new StreamReader(reader, databases.shapes()).read();
                databases.restoreValue(database, key, version, expireAtMillis, stream);
                folded.value(key, version, expireAtMillis, stream);
            }
        }
    }

    private PagedString readPaged(int length, Epoch epoch) throws IOException {
        PagedBytes pages = new PagedBytes(epoch);
        for (int at = 0; at < length; at += Pages.PAGE_BYTES) {
            pages.write(at, reader.bytes(Math.min(Pages.PAGE_BYTES, length - at)));
        }
        return new PagedString(pages);
    }

    private ListValue readList(ListBuilder builder) throws IOException {
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.add(reader.string());
        }
        return builder.build();
    }

    private SetValue readSet(SetBuilder builder) throws IOException {
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.add(reader.string());
        }
        return builder.build();
    }

    private SortedSetBuilder readSortedSet(SortedSetBuilder builder) throws IOException {
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.add(reader.string(), Double.longBitsToDouble(reader.fixedLong()));
        }
        return builder;
    }

    private HashValue readHash(HashBuilder builder, boolean expiring) throws IOException {
        for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
            builder.add(reader.string(), reader.string());
        }
        if (expiring) {
            builder.expiring();
            for (int left = reader.varint(Integer.MAX_VALUE); left > 0; left--) {
                long expireAtMillis = reader.varint();
                builder.addDeadline(reader.string(), expireAtMillis);
            }
        }
        return builder.build();
    }
}
