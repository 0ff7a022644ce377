package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.acl.User;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.replication.ApplyLoop;
import io.ratiskv.replication.LogClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest {
    @TempDir
    private Path directory;

    private static ApplyLoop state() {
        return new ApplyLoop(new KeyValueStateMachine(), new LogClock(() -> 1, () -> 1), file -> {
            throw new IOException("no snapshot");
        });
    }

    /** Index 1 opens a gateway, 2 makes a user. */
    private static void apply(ApplyLoop state, int from, int to) {
        List<Entry> log = List.of(
                new Entry.OpenGateway("n1", 1, "a:1", "a:2"),
                new Entry.Execute(
                        1,
                        1,
                        1,
                        List.of(new Unit.Single(Request.of("ACL", "SETUSER", "default", "resetpass", "-get")))));
        for (int index = from; index <= to; index++) {
            state.apply(1, index, EntryCodec.encode(log.get(index - 1), 1));
        }
    }

    private static String line(UsersFile file) {
        User user = file.users().defaultUser();
        return user.line().utf8();
    }

    @Test
    void the_users_of_before_hold_until_the_log_is_there_again() throws IOException {
        String open = "user default on nopass sanitize-payload ~* &* +@all";
        String changed = "user default on sanitize-payload ~* &* +@all -get";
        ApplyLoop before = state();
        try (UsersFile file = UsersFile.open(directory, before)) {
            assertEquals(open, line(file));
            apply(before, 1, 2);
            file.happened(List.of(new Effect.UserChanged(Bytes.of("default"), false)), 2);
        }
        ApplyLoop again = state();
        try (UsersFile file = UsersFile.open(directory, again)) {
            assertEquals(changed, line(file), "before anything of the log is applied");
            apply(again, 1, 1);
            assertEquals(changed, line(file));
            assertEquals(open, again.users().defaultUser().line().utf8());
            apply(again, 2, 2);
            assertEquals(changed, line(file));
        }
    }

    @Test
    void a_file_that_can_not_be_read_is_named() throws IOException {
        ApplyLoop state = state();
        try (UsersFile file = UsersFile.open(directory, state)) {
            file.happened(List.of(new Effect.DigestWanted(1)), 1);
        }
        Path path = directory.resolve("users");
        assertFalse(Files.exists(path), "nothing changed");
        try (UsersFile file = UsersFile.open(directory, state)) {
            file.happened(List.of(new Effect.UsersReplaced()), 1);
        }
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length / 2] ^= 1;
        Files.write(path, bytes);
        IOException refused = assertThrows(IOException.class, () -> UsersFile.open(directory, state));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(path + " can not be read: "), refused::toString);
    }
}
