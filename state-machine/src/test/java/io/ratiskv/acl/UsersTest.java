package io.ratiskv.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Effect;
import io.ratiskv.api.Entry;
import io.ratiskv.api.Outcome;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.api.Unit;
import io.ratiskv.command.Command;
import io.ratiskv.machine.Audience;
import io.ratiskv.machine.KeyValueStateMachine;
import io.ratiskv.snapshot.SnapshotReader;
import io.ratiskv.snapshot.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTest {
    private final KeyValueStateMachine machine = new KeyValueStateMachine();

    private void set(String name, String... rules) {
        String[] words = new String[rules.length + 3];
        words[0] = "ACL";
        words[1] = "SETUSER";
        words[2] = name;
        System.arraycopy(rules, 0, words, 3, rules.length);
        assertEquals(Reply.OK, machine.apply(Request.of(words), 1));
    }

    private Reply as(String user, String... words) {
        Request plain = Request.of(words);
        return machine.apply(new Request(0, 2, Bytes.of(user), plain.words()), 1);
    }

    @Test
    void the_state_itself_judges_by_the_users_it_has_then() {
        set("alice", "on", "nopass", "+set", "+get", "%W~a*", "%R~*");
        assertEquals(Reply.OK, as("alice", "SET", "a1", "v"));
        assertEquals(Reply.error("NOPERM No permissions to access a key"), as("alice", "SET", "b", "v"));
        assertEquals(
                Reply.error("NOPERM User alice has no permissions to run the 'del' command"), as("alice", "DEL", "a1"));
        assertEquals(Reply.error("NOAUTH Authentication required."), as("bob", "GET", "a1"));
        assertEquals(Reply.bulk("v"), as("", "GET", "a1"), "what a node asks for itself is no user's");
        Reply read = machine.query(
                new Request(0, 2, Bytes.of("alice"), Request.of("TTL", "a1").words()), 1);
        assertEquals(Reply.error("NOPERM User alice has no permissions to run the 'ttl' command"), read);
        machine.apply(Request.of("ACL", "DELUSER", "alice"), 1);
        assertEquals(Reply.error("NOAUTH Authentication required."), as("alice", "GET", "a1"));
        assertEquals(
                Reply.error("ERR Usernames can't contain spaces or null characters"),
                machine.apply(Request.of("ACL", "SETUSER", "", "on"), 1));
    }

    @Test
    void a_script_may_no_more_than_its_user() {
        set("alice", "on", "nopass", "+eval", "+get", "+publish", "~a", "&c");
        assertEquals(Reply.NULL, as("alice", "EVAL", "return redis.call('GET', 'a')", "0"));
        assertEquals(
                "ERR ACL failure in script: No permissions to access a key",
                first(as("alice", "EVAL", "return redis.pcall('GET', 'b')['err']", "0")));
        assertEquals(
                "ERR ACL failure in script: User alice has no permissions to run the 'set' command",
                first(as("alice", "EVAL", "return redis.pcall('SET', 'a', '1')['err']", "0")));
        assertEquals(
                "ERR ACL failure in script: No permissions to access a channel",
                first(as("alice", "EVAL", "return redis.pcall('PUBLISH', 'x', '1')['err']", "0")));
        Reply may = as(
                "alice",
                "EVAL",
                "return {redis.acl_check_cmd('GET', 'a'), redis.acl_check_cmd('GET', 'b'), redis.acl_check_cmd('DEL', 'a')}",
                "0");
        assertEquals(Reply.array(List.of(Reply.of(1), Reply.NULL, Reply.NULL)), may);
        assertEquals(Reply.error("NOPERM No permissions to access a key"), as("alice", "EVAL", "return 1", "1", "b"));
    }

    private static String first(Reply reply) {
        return reply instanceof Reply.Bulk bulk ? bulk.value().utf8() : reply.toString();
    }

    @Test
    void sort_by_other_keys_needs_all_of_them() {
        machine.apply(Request.of("RPUSH", "l", "2", "1"), 1);
        set("alice", "on", "nopass", "+sort", "+sort_ro", "~l", "%W~*", "(+get ~*)");
        assertEquals(
                Reply.error("ERR BY option of SORT denied due to insufficient ACL permissions."),
                as("alice", "SORT", "l", "BY", "w*"));
        assertEquals(
                Reply.error("ERR GET option of SORT denied due to insufficient ACL permissions."),
                as("alice", "SORT", "l", "BY", "nosort", "GET", "#"));
        Reply sorted = Reply.array(List.of(Reply.bulk("1"), Reply.bulk("2")));
        assertEquals(sorted, as("alice", "SORT", "l"));
        set("alice", "%R~*");
        assertEquals(sorted, as("alice", "SORT", "l", "BY", "w*", "GET", "#"));
        set("alice", "-sort", "resetkeys", "~l", "(+@all ~*)");
        assertEquals(sorted, as("alice", "SORT_RO", "l", "BY", "w*", "GET", "#"));
    }

    @Test
    void changes_are_told() {
        machine.apply(1, 1, new Entry.OpenGateway("n1", 1, "a:1", "a:2"), Audience.REPLICA);
        Entry entry = new Entry.Execute(
                1,
                1,
                1,
                List.of(
                        new Unit.Single(Request.of("ACL", "SETUSER", "alice")),
                        new Unit.Single(Request.of("ACL", "SETUSER", "alice", "nosuch")),
                        new Unit.Single(Request.of("ACL", "DELUSER", "alice", "bob"))));
        Outcome outcome = machine.apply(2, 1, entry, Audience.GATEWAY);
        assertEquals(
                List.of(
                        new Effect.UserChanged(Bytes.of("alice"), false),
                        new Effect.UserChanged(Bytes.of("alice"), true)),
                outcome.effects());
    }

    @Test
    void users_are_in_snapshots_and_digests() throws IOException {
        byte[] before = snapshot(machine);
        long digest = machine.freeze().digest().total();
        set("alice", "on", "#" + "0".repeat(64), "~a", "%R~b", "&c", "+@all", "-config|get", "+select|0", "(+get ~x)");
        set("default", "-debug");
        assertNotEquals(digest, machine.freeze().digest().total());
        KeyValueStateMachine restored = restored(snapshot(machine));
        assertEquals(lines(machine), lines(restored));
        assertEquals(machine.freeze().digest(), restored.freeze().digest());
        assertEquals(
                Reply.error("NOPERM User alice has no permissions to run the 'config|get' command"),
                refusal(restored, "alice", "CONFIG", "GET", "x"));
        machine.apply(Request.of("ACL", "DELUSER", "alice"), 1);
        set("default", "reset", "+@all", "~*", "&*", "on", "nopass");
        assertEquals(digest, machine.freeze().digest().total(), "as it began");
        assertEquals(before.length, snapshot(machine).length);
    }

    private static Reply refusal(KeyValueStateMachine machine, String user, String... words) {
        Request request = Request.of(words);
        Command command = machine.commands().resolve(request);
        User found = machine.users().find(Bytes.of(user));
        assertNotNull(found);
        Denial denial = found.check(command, request.words());
        assertNotNull(denial);
        return Reply.error("NOPERM " + denial.message(found.name(), command));
    }

    @Test
    void random_users_come_back_from_a_snapshot_as_they_were() throws IOException {
        for (long seed = 1; seed <= 40; seed++) {
            RandomRules random = new RandomRules(seed);
            KeyValueStateMachine fresh = new KeyValueStateMachine();
            UserTable table = fresh.users();
            Bytes name = Bytes.of("u");
            for (int step = 0; step < 8; step++) {
                try {
                    table = table.with(
                            name, random.rules().stream().map(Bytes::of).toList());
                } catch (CommandException noRule) {
                    continue;
                }
                User user = table.find(name);
                assertNotNull(user);
                User again = fresh.users().restored(name, user.rules()).find(name);
                assertNotNull(again);
                String where = "seed " + seed + ": " + user.line();
                assertEquals(user.line(), again.line(), where);
                for (int i = 0; i < 20; i++) {
                    Request request = Request.of(random.request().toArray(String[]::new));
                    Command command = fresh.commands().find(request);
                    if (command != null) {
                        assertEquals(
                                user.check(command, request.words()), again.check(command, request.words()), where);
                    }
                }
            }
        }
    }

    @Test
    void a_rule_of_a_command_that_a_release_lacks_is_kept_without_use() {
        UserTable initial = machine.users();
        List<Bytes> rules = List.of(
                Bytes.of("on"),
                Bytes.of("-@all"),
                Bytes.of("+get"),
                Bytes.of("+fly"),
                Bytes.of("-@birds"),
                Bytes.of("(+fly|high ~a)"));
        User user = initial.restored(Bytes.of("u"), rules).find(Bytes.of("u"));
        assertNotNull(user);
        assertEquals(
                "user u on sanitize-payload resetchannels -@all +get +fly -@birds (~a resetchannels -@all +fly|high)",
                user.line().utf8());
        assertThrows(CommandException.class, () -> initial.with(Bytes.of("u"), List.of(Bytes.of("+fly"))));
        assertThrows(
                IllegalArgumentException.class, () -> initial.restored(Bytes.of("u"), List.of(Bytes.of("nosuch"))));
    }

    @Test
    void who_may_do_everything_is_not_looked_at_closer() {
        User user = machine.users().defaultUser();
        assertTrue(user.isUnrestricted());
        set("default", "-get");
        assertFalse(machine.users().defaultUser().isUnrestricted());
        set("default", "+get");
        Request request = Request.of("GET", "a");
        assertNull(machine.users().defaultUser().check(machine.commands().resolve(request), request.words()));
        set("default", "+@all");
        assertTrue(machine.users().defaultUser().isUnrestricted());
    }

    private static List<Bytes> lines(KeyValueStateMachine of) {
        return of.users().all().stream().map(User::line).toList();
    }

    private static byte[] snapshot(KeyValueStateMachine of) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotWriter.write(of.freeze(), out);
        return out.toByteArray();
    }

    private static KeyValueStateMachine restored(byte[] bytes) throws IOException {
        return SnapshotReader.read(new ByteArrayInputStream(bytes));
    }
}
