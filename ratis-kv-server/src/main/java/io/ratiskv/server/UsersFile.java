package io.ratiskv.server;

import io.ratiskv.acl.User;
import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.replication.ApplyLoop;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users as this node last knew them. Until the log is applied that far again after a start, they hold: else a node
 * that starts would let in whom the end of its log keeps out. Any thread.
 *
 * <p>Written a moment behind the state. Without it, as on a new node, the users are those of the log applied so far.
 */
final class UsersFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final String NAME = "users";

    private final Path file;
    private final ApplyLoop state;
    private final ExecutorService writing = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("users-file").daemon().unstarted(task));
    private final UserTable atStart;
    private final long indexAtStart;

    private UsersFile(Path file, ApplyLoop state, UserTable atStart, long indexAtStart) {
        this.file = file;
        this.state = state;
        this.atStart = atStart;
        this.indexAtStart = indexAtStart;
    }

    /** @throws IOException with a message for the operator, if there is a file that can not be read */
    static UsersFile open(Path directory, ApplyLoop state) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return new UsersFile(file, state, KeyValueStateMachine.INITIAL_USERS, -1);
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            byte[] content = new byte[in.readInt()];
            in.readFully(content);
            if (in.readInt() != checksum(content)) {
                throw new IOException("its checksum is wrong");
            }
            return read(file, state, content);
        } catch (IOException | RuntimeException broken) {
            throw new IOException(
                    file + " can not be read: " + broken.getMessage()
                            + ". Without it this node takes the users from its log, which it may not have read to the end when it"
                            + " begins to serve; remove it to start all the same",
                    broken);
        }
    }

    private static UsersFile read(Path file, ApplyLoop state, byte[] content) throws IOException {
        DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(content));
        long index = in.readLong();
        UserTable users = KeyValueStateMachine.INITIAL_USERS;
        for (int left = in.readInt(); left > 0; left--) {
            Bytes name = string(in);
            List<Bytes> rules = new ArrayList<>();
            for (int more = in.readInt(); more > 0; more--) {
                rules.add(string(in));
            }
            users = users.restored(name, rules);
        }
        return new UsersFile(file, state, users, index);
    }

    private static Bytes string(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return Bytes.wrap(bytes);
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    /** The users that hold now. */
    UserTable users() {
        return state.appliedIndex() >= indexAtStart ? state.users() : atStart;
    }

    /** Effects of an applied entry; on the apply thread. */
    void happened(List<Effect> effects, long index) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.UserChanged || effect instanceof Effect.UsersReplaced) {
                UserTable users = state.users();
                writing.execute(() -> write(users, index));
                return;
            }
        }
    }

    private void write(UserTable users, long index) {
        try {
            byte[] content = content(users, index);
            Path temporary = file.resolveSibling(NAME + ".tmp");
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(content.length + 8);
                bytes.putInt(content.length)
                        .put(content)
                        .putInt(checksum(content))
                        .flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            LOG.warn("{} can not be written, so the users may be old for a moment after the next start", file, failure);
        }
    }

    private static byte[] content(UserTable users, long index) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(index);
        out.writeInt(users.all().size());
        for (User user : users.all()) {
            string(out, user.name());
            List<Bytes> rules = user.rules();
            out.writeInt(rules.size());
            for (Bytes rule : rules) {
                string(out, rule);
            }
        }
        return bytes.toByteArray();
    }

    private static void string(DataOutputStream out, Bytes text) throws IOException {
        out.writeInt(text.length());
        out.write(text.toByteArray());
    }

    @Override
    public void close() {
        writing.close();
    }
}
