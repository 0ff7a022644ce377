package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.acl.UserTable;
import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.replication.ReadLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Users on connections: who they are, what they may, and what becomes of it when that changes. */
class AclTest {
    private static final Reply NOAUTH = Reply.error("NOAUTH Authentication required.");
    private static final Reply WRONGPASS = Reply.error("WRONGPASS invalid username-password pair or user is disabled.");
    private static final Reply NO_SET = Reply.error("NOPERM User alice has no permissions to run the 'set' command");
    private static final Reply NO_KEY = Reply.error("NOPERM No permissions to access a key");

    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue admin = node.connect();

    private Dialogue alice(String rules) {
        assertEquals(Reply.OK, admin.ask("ACL SETUSER alice on >secret " + rules));
        Dialogue alice = node.connect();
        assertEquals(Reply.OK, alice.ask("AUTH alice secret"));
        return alice;
    }

    @Test
    void what_was_revoked_takes_no_effect_once_that_is_acknowledged() {
        Dialogue alice = alice("+@all ~*");
        node.replicator.hold(true);
        admin.send("ACL SETUSER alice -set").endTurn();
        node.loop.turn();
        // This node does not know yet what the log will say first.
        alice.send("SET a 1").send("MULTI").send("SET b 1").send("EXEC").endTurn();
        node.loop.turn();
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK), admin.replies());
        List<Reply> replies = alice.replies();
        assertEquals(NO_SET, replies.getFirst());
        Reply.Array exec = (Reply.Array) replies.getLast();
        assertEquals(
                List.of(Reply.error(
                        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the"
                                + " EXEC call. This command is no longer allowed for the following reason: no permission to"
                                + " execute the command or subcommand")),
                exec.elements());
        assertEquals(Reply.EMPTY_ARRAY, admin.ask("KEYS *"));
        assertEquals(NO_SET, alice.ask("SET a 1"));
        assertEquals(
                List.of("set alice 2 toplevel", "set alice 1 multi"),
                denied(),
                "what the state denied is told as what the session denied");
    }

    @Test
    void what_came_before_took_effect() {
        Dialogue alice = alice("+set ~*");
        node.replicator.hold(true);
        alice.send("SET a 1").endTurn();
        admin.send("ACL SETUSER alice -set").endTurn();
        node.loop.turn();
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK), alice.replies());
        assertEquals(List.of(Reply.OK), admin.replies());
        assertEquals(Reply.bulk("1"), admin.ask("GET a"));
    }

    @Test
    void a_request_behind_the_change_is_judged_by_it() {
        admin.send("ACL SETUSER default -config")
                .send("CONFIG GET maxclients")
                .send("ACL SETUSER default +config")
                .send("CONFIG GET maxclients");
        List<Reply> replies = admin.replies();
        assertEquals(
                Reply.error("NOPERM User default has no permissions to run the 'config|get' command"), replies.get(1));
        assertTrue(replies.get(3) instanceof Reply.Map, replies::toString);
        admin.send("MULTI")
                .send("CONFIG GET maxclients")
                .send("ACL SETUSER default -config")
                .send("EXEC");
        replies = admin.replies();
        assertEquals(
                Reply.error(
                        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call."
                                + " This command is no longer allowed for the following reason: no permission to execute the"
                                + " command or subcommand"),
                ((Reply.Array) replies.getLast()).elements().get(0));
    }

    @Test
    void a_removed_user_has_no_connection() {
        Dialogue alice = alice("+@all ~* &*");
        Dialogue blocked = node.connect();
        blocked.ask("AUTH alice secret");
        assertEquals(List.of(), blocked.send("BLPOP l 0").replies());
        Dialogue listening = node.connect();
        listening.ask("AUTH alice secret");
        listening.ask("SUBSCRIBE c");
        assertEquals(Reply.of(1), admin.ask("ACL DELUSER alice"));
        assertTrue(alice.isClosed());
        assertTrue(blocked.isClosed());
        assertTrue(listening.isClosed());
        assertFalse(admin.isClosed());
        assertEquals(Reply.of(0), admin.ask("PUBLISH c x"));
        assertEquals(WRONGPASS, node.connect().ask("AUTH alice secret"));
    }

    @Test
    void who_removes_himself_hears_the_reply() {
        Dialogue alice = alice("+acl +get ~*");
        alice.send("ACL DELUSER alice").send("GET a").send("ACL WHOAMI");
        List<Reply> replies = alice.replies();
        assertEquals(Reply.of(1), replies.getFirst());
        replies.subList(1, replies.size()).forEach(reply -> assertEquals(NOAUTH, reply));
        assertTrue(alice.isClosed());
    }

    @Test
    void a_removed_user_that_is_made_again_is_another() {
        Dialogue alice = alice("+@all ~*");
        admin.send("ACL DELUSER alice").send("ACL SETUSER alice on nopass +@all ~*");
        assertEquals(List.of(Reply.of(1), Reply.OK), admin.replies());
        assertTrue(alice.isClosed());
    }

    @Test
    void who_is_turned_off_stays_but_does_not_come_again() {
        Dialogue alice = alice("+get ~*");
        admin.ask("ACL SETUSER alice off");
        assertEquals(Reply.NULL, alice.ask("GET a"));
        assertEquals(WRONGPASS, alice.ask("AUTH alice secret"));
        assertEquals(Reply.NULL, alice.ask("GET a"));
        assertFalse(alice.isClosed());
    }

    @Test
    void who_may_not_listen_there_any_more_is_gone() {
        Dialogue alice = alice("+@pubsub &n*");
        Dialogue pattern = node.connect();
        pattern.ask("AUTH alice secret");
        assertNotNull(alice.ask("SUBSCRIBE news"));
        assertNotNull(pattern.ask("PSUBSCRIBE n*"));
        assertEquals(Reply.error("NOPERM No permissions to access a channel"), pattern.ask("PSUBSCRIBE news*"));
        admin.ask("ACL SETUSER alice &other");
        assertFalse(alice.isClosed() || pattern.isClosed());
        admin.ask("ACL SETUSER alice resetchannels &new*");
        assertFalse(alice.isClosed());
        assertTrue(pattern.isClosed(), "the pattern itself is not allowed any more");
        admin.ask("ACL SETUSER alice resetchannels");
        assertTrue(alice.isClosed());
    }

    @Test
    void connections_that_said_nothing_are_as_the_default_user_is_then() {
        Dialogue early = node.connect();
        admin.ask("ACL SETUSER default >secret");
        Dialogue late = node.connect();
        assertEquals(Reply.NULL, early.ask("GET a"));
        assertEquals(NOAUTH, late.ask("GET a"));
        assertTrue(late.askText("HELLO 3").startsWith("NOAUTH HELLO must be called"));
        assertEquals(WRONGPASS, late.ask("AUTH wrong"));
        assertEquals(Reply.OK, late.ask("AUTH secret"));
        Dialogue third = node.connect();
        admin.ask("ACL SETUSER default nopass");
        assertEquals(Reply.NULL, third.ask("GET a"));
        assertTrue(third.askText("AUTH secret").startsWith("ERR AUTH <password> called without any password"));
        admin.ask("ACL SETUSER default off");
        assertEquals(NOAUTH, node.connect().ask("GET a"));
        early.ask("RESET");
        assertEquals(NOAUTH, early.ask("GET a"));
    }

    @Test
    void a_nodes_own_password_is_one_more_and_never_void() {
        Dialogue.Node guarded = new Dialogue.Node(new Credentials() {
            @Override
            public boolean required() {
                return true;
            }

            @Override
            public boolean accepts(Bytes user, Bytes password) {
                return password.equals(Bytes.of("own"));
            }
        });
        Dialogue client = guarded.connect();
        assertEquals(NOAUTH, client.ask("GET a"));
        assertEquals(WRONGPASS, client.ask("AUTH wrong"));
        assertEquals(Reply.OK, client.ask("AUTH own"));
        assertEquals(Reply.OK, client.ask("ACL SETUSER default nopass"));
        assertEquals(NOAUTH, guarded.connect().ask("GET a"));
        assertEquals(WRONGPASS, guarded.connect().ask("AUTH default anything"));
        assertEquals(Reply.OK, client.ask("ACL SETUSER default >other"));
        assertEquals(Reply.OK, guarded.connect().ask("AUTH own"));
        assertEquals(Reply.OK, guarded.connect().ask("AUTH other"));
        assertEquals(Reply.OK, client.ask("ACL SETUSER alice on nopass"));
        assertEquals(Reply.OK, guarded.connect().ask("AUTH alice anything"));
        assertEquals(Reply.OK, client.ask("ACL SETUSER alice on >hers"));
        assertEquals(WRONGPASS, guarded.connect().ask("AUTH alice own"));
        assertEquals(Reply.OK, client.ask("ACL SETUSER default off"));
        assertEquals(WRONGPASS, guarded.connect().ask("AUTH own"));
    }

    @Test
    void watch_needs_no_right_but_its_own() {
        Dialogue alice = alice("+watch +multi +exec +get ~a");
        assertEquals(NO_KEY, alice.ask("WATCH b"));
        assertEquals(Reply.OK, alice.ask("WATCH a"));
        admin.ask("SET a 1");
        alice.send("MULTI").send("GET a").send("EXEC");
        assertEquals(Reply.NULL_ARRAY, alice.replies().getLast());
    }

    @Test
    void who_waits_and_may_no_longer_is_told_so_when_there_is_something() {
        Dialogue alice = alice("+blpop ~*");
        assertEquals(List.of(), alice.send("BLPOP l 0").replies());
        admin.ask("ACL SETUSER alice -blpop");
        admin.ask("RPUSH l x");
        assertEquals(
                List.of(Reply.error("NOPERM User alice has no permissions to run the 'blpop' command")),
                alice.replies());
        assertEquals(Reply.of(1), admin.ask("LLEN l"));
    }

    @Test
    void what_was_denied_is_told_and_counted() {
        Dialogue alice = alice("+get +publish +multi +discard ~a");
        alice.ask("GET b");
        alice.ask("GET b");
        alice.ask("GET c");
        alice.ask("CONFIG GET x");
        alice.ask("PUBLISH n x");
        alice.send("MULTI").send("SET a 1").replies();
        alice.ask("DISCARD");
        alice.ask("HELLO 3 AUTH alice wrong");
        assertEquals(
                List.of(
                        "HELLO alice 1 toplevel",
                        "set alice 1 multi",
                        "n alice 1 toplevel",
                        "config|get alice 1 toplevel",
                        "c alice 1 toplevel",
                        "b alice 2 toplevel"),
                denied());
        String info = admin.askText("INFO stats");
        for (String counted : List.of("auth:1", "cmd:2", "key:3", "channel:1")) {
            assertTrue(info.contains("acl_access_denied_" + counted + "\r\n"), info);
        }
        Reply.Array two = (Reply.Array) admin.ask("ACL LOG 2");
        assertEquals(2, two.elements().size());
        String first = two.elements().getFirst().toString();
        assertTrue(first.contains("auth") && first.contains("user=alice"), first);
        admin.ask("CONFIG SET acllog-max-len 3");
        assertEquals(3, denied().size());
        assertEquals(Reply.OK, admin.ask("ACL LOG RESET"));
        assertEquals(List.of(), denied());
        admin.ask("CONFIG RESETSTAT");
        assertTrue(admin.askText("INFO stats").contains("acl_access_denied_key:0"));
    }

    /** Object, user, count and context of each entry of ACL LOG. */
    private List<String> denied() {
        List<String> all = new ArrayList<>();
        for (Reply entry : ((Reply.Array) admin.ask("ACL LOG 100")).elements()) {
            List<Reply> facts = ((Reply.Map) entry).keysAndValues();
            all.add(String.join(" ", text(facts, 7), text(facts, 9), text(facts, 1), text(facts, 5)));
        }
        return all;
    }

    private static String text(List<Reply> facts, int at) {
        return switch (facts.get(at)) {
            case Reply.Bulk bulk -> bulk.value().utf8();
            case Reply.Int number -> Long.toString(number.value());
            case Reply other -> other.toString();
        };
    }

    @Test
    void connections_are_shown_and_ended_by_user() {
        Dialogue alice = alice("+get ~*");
        assertTrue(admin.askText("CLIENT LIST").contains(" user=alice "));
        assertEquals(Reply.error("ERR No such user 'bob'"), admin.ask("CLIENT KILL USER bob"));
        assertEquals(Reply.of(1), admin.ask("CLIENT KILL USER alice"));
        assertTrue(alice.isClosed());
        assertFalse(admin.isClosed());
    }

    @Test
    void passwords_reach_the_log_hashed_alone() {
        String secret = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        assertEquals(
                List.of(
                        "ACL",
                        "SETUSER",
                        "a",
                        "#" + secret,
                        "!" + secret,
                        "on",
                        "(",
                        "#" + secret,
                        ")",
                        "#" + secret,
                        ""),
                hashed("ACL", "SETUSER", "a", ">secret", "<secret", "on", "(", ">secret", ")", ">secret", ""));
        assertEquals(
                List.of("ACL", "SETUSER", "a", "(+get !" + secret + ")", "#" + secret, "~>a"),
                hashed("ACL", "SETUSER", "a", "(+get <secret)", ">secret", "~>a"));
        // Of the library as well: it takes none in the clear.
        assertTrue(node.replicator
                .machine()
                .apply(Request.of("ACL", "SETUSER", "a", ">secret"), 1)
                .toString()
                .contains("Syntax error"));
    }

    private static List<String> hashed(String... words) {
        return Arrays.stream(
                        PasswordRules.hashed(Arrays.stream(words).map(Bytes::of).toArray(Bytes[]::new)))
                .map(Bytes::utf8)
                .toList();
    }

    @Test
    void nobody_is_shown_a_password() {
        Dialogue watching = node.connect();
        watching.ask("MONITOR");
        admin.ask("ACL SETUSER alice on >secret");
        assertEquals(List.of(), watching.taken());
    }

    @Test
    void random_passwords_are_as_long_as_asked_for() {
        assertEquals(64, admin.askText("ACL GENPASS").length());
        assertEquals(2, admin.askText("ACL GENPASS 5").length());
        assertEquals(1024, admin.askText("ACL GENPASS 4096").length());
        assertFalse(admin.askText("ACL GENPASS").equals(admin.askText("ACL GENPASS")));
    }

    @Test
    void a_visitor_is_judged_as_a_connection_is() {
        alice("+get +multi +exec ~a");
        assertEquals(Reply.NULL, visit("alice", false, "GET a"));
        assertEquals(NO_KEY, visit("alice", false, "GET b"));
        assertEquals(
                Reply.error(((Reply.Failure) NO_SET).text() + " (command 2 of 2; none of them was run)"),
                visit("alice", true, "GET a", "SET a 1"));
        assertEquals(NOAUTH, visit("nobody", false, "GET a"));
        assertEquals(
                "NOPERM User alice has no permissions to run the 'info' command",
                node.sessions.guard().refusal(Bytes.of("alice"), "INFO"));
        assertEquals(null, node.sessions.guard().refusal(Bytes.of("default"), "INFO"));
        UserTable users = node.view.users();
        assertEquals(2, users.all().size());
    }

    private Reply visit(String user, boolean atomic, String... lines) {
        List<Bytes[]> requests = Arrays.stream(lines)
                .map(line -> Arrays.stream(line.split(" ")).map(Bytes::of).toArray(Bytes[]::new))
                .toList();
        List<Reply> replies = new ArrayList<>();
        Errand errand = new Errand(
                requests,
                atomic,
                ReadLevel.LINEARIZABLE,
                Bytes.EMPTY,
                Bytes.of(user),
                "127.0.0.1:1",
                "127.0.0.1:2",
                null);
        node.sessions.visit(errand, replies::add);
        node.loop.turn();
        return Objects.requireNonNull(replies.getFirst());
    }
}
