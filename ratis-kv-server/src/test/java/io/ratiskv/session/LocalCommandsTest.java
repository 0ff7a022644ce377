package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.command.Command;
import io.ratiskv.command.Kind;
import io.ratiskv.replication.MemberChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The commands that a session answers itself, in Redis 7.2's words. */
class LocalCommandsTest {
    private static final Credentials PASSWORD = new Credentials() {
        @Override
        public boolean required() {
            return true;
        }

        @Override
        public boolean accepts(Bytes user, Bytes password) {
            return user.equals(Bytes.of("default")) && password.equals(Bytes.of("secret"));
        }
    };

    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();

    @Test
    void every_command_of_the_table_that_a_session_answers_has_a_body() {
        List<String> without = new ArrayList<>();
        for (Command command : node.replicator.machine().commands().commands()) {
            collectWithoutBody(command, without);
        }
        without.removeAll(Set.of("multi", "exec", "discard", "watch"));
        assertEquals(List.of(), without);
    }

    private void collectWithoutBody(Command command, List<String> without) {
        // A container without words of its own is never what a request resolves to.
        boolean bare = command.isContainer() && !command.takes(1);
        if (command.kind() == Kind.LOCAL && !bare && node.sessions.bindings().body(command) == null) {
            without.add(command.name());
        }
        command.subcommands().forEach(subcommand -> collectWithoutBody(subcommand, without));
    }

    @Test
    void unknown_commands_and_wrong_numbers_of_words_are_named() {
        assertEquals("ERR unknown command 'nosuch', with args beginning with: 'a' 'b' ", client.askText("nosuch a b"));
        assertEquals("ERR wrong number of arguments for 'get' command", client.askText("GET"));
        assertEquals("ERR wrong number of arguments for 'echo' command", client.askText("ECHO"));
        assertEquals("ERR wrong number of arguments for 'ping' command", client.askText("PING a b"));
        assertEquals("ERR wrong number of arguments for 'client' command", client.askText("CLIENT"));
        assertEquals("ERR unknown subcommand 'nosuch'. Try CLIENT HELP.", client.askText("CLIENT nosuch"));
    }

    @Test
    void nothing_is_answered_before_authentication() {
        Dialogue.Node guarded = new Dialogue.Node(PASSWORD);
        Dialogue stranger = guarded.connect();
        assertEquals("NOAUTH Authentication required.", stranger.askText("GET a"));
        assertEquals("NOAUTH Authentication required.", stranger.askText("PING"));
        assertEquals("NOAUTH Authentication required.", stranger.askText("CLIENT LIST"));
        assertTrue(stranger.askText("HELLO 3").startsWith("NOAUTH HELLO must be called"));
        assertEquals("WRONGPASS invalid username-password pair or user is disabled.", stranger.askText("AUTH wrong"));
        assertEquals(
                "WRONGPASS invalid username-password pair or user is disabled.", stranger.askText("AUTH other secret"));
        stranger.send("AUTH secret").send("SET a 1");
        assertEquals(List.of(Reply.OK, Reply.OK), stranger.replies());
        stranger.ask("RESET");
        assertEquals("NOAUTH Authentication required.", stranger.askText("GET a"));
        assertInstanceOf(Reply.Map.class, stranger.ask("HELLO 3 AUTH default secret SETNAME me"));
        assertEquals("me", stranger.askText("CLIENT GETNAME"));
    }

    @Test
    void auth_without_a_password_configured_is_refused() {
        assertTrue(client.askText("AUTH x").startsWith("ERR AUTH <password> called without any password configured"));
        assertEquals("OK", client.askText("AUTH default x"));
        assertEquals("ERR syntax error", client.askText("AUTH a b c"));
    }

    @Test
    void hello_tells_the_server_and_switches_the_protocol() {
        assertEquals("NOPROTO unsupported protocol version", client.askText("HELLO 4"));
        assertEquals("ERR Protocol version is not an integer or out of range", client.askText("HELLO x"));
        assertEquals("ERR Syntax error in HELLO option 'NOSUCH'", client.askText("HELLO 3 NOSUCH"));
        Reply.Map map = assertInstanceOf(Reply.Map.class, client.ask("HELLO 3"));
        assertEquals(
                List.of(
                        Reply.bulk("server"),
                        Reply.bulk("redis"),
                        Reply.bulk("version"),
                        Reply.bulk("7.2.5"),
                        Reply.bulk("proto"),
                        Reply.of(3),
                        Reply.bulk("id"),
                        Reply.of(1),
                        Reply.bulk("mode"),
                        Reply.bulk("standalone"),
                        Reply.bulk("role"),
                        Reply.bulk("master"),
                        Reply.bulk("modules"),
                        Reply.EMPTY_ARRAY),
                map.keysAndValues());
        assertTrue(client.askText("CLIENT INFO").contains(" resp=3 "));
    }

    @Test
    void a_connection_is_named_and_shown() {
        assertEquals(Reply.of(1), client.ask("CLIENT ID"));
        assertEquals(Reply.NULL, client.ask("CLIENT GETNAME"));
        assertEquals("OK", client.askText("CLIENT SETNAME worker"));
        assertEquals("OK", client.askText("CLIENT SETINFO lib-name jedis"));
        assertEquals("OK", client.askText("CLIENT SETINFO LIB-VER 5.1"));
        assertEquals("ERR Unrecognized option 'x'", client.askText("CLIENT SETINFO x y"));
        client.send("SELECT 2").send("MULTI").replies();
        String line = client.send("CLIENT ID")
                .send("DISCARD")
                .send("CLIENT INFO")
                .replies()
                .toString();
        assertFalse(line.contains("\n\n"));
        String info = client.askText("CLIENT INFO");
        assertTrue(info.startsWith("id=1 addr=127.0.0.1:50000 laddr=127.0.0.1:6379 fd="), info);
        assertTrue(info.contains(" name=worker "), info);
        assertTrue(info.contains(" db=2 "), info);
        assertTrue(info.contains(" cmd=client|info "), info);
        assertTrue(info.endsWith(" lib-name=jedis lib-ver=5.1\n"), info);
        assertEquals(
                "ERR Client names cannot contain spaces, newlines or special characters.",
                client.askText("CLIENT SETNAME a\u0001"));
    }

    @Test
    void settings_are_shown_by_pattern_and_changed() {
        assertEquals(new Reply.Map(List.of(Reply.bulk("save"), Reply.bulk(""))), client.ask("CONFIG GET save"));
        assertEquals(
                new Reply.Map(List.of(
                        Reply.bulk("slowlog-log-slower-than"),
                        Reply.bulk("10000"),
                        Reply.bulk("slowlog-max-len"),
                        Reply.bulk("128"))),
                client.ask("CONFIG GET SLOWLOG-*"));
        assertEquals(Reply.OK, client.ask("CONFIG SET list-compress-depth 2 lazyfree-lazy-server-del YES"));
        assertEquals(
                new Reply.Map(List.of(
                        Reply.bulk("lazyfree-lazy-server-del"),
                        Reply.bulk("yes"),
                        Reply.bulk("list-compress-depth"),
                        Reply.bulk("2"))),
                client.ask("CONFIG GET list-compress-depth lazyfree-lazy-server-del"));
        assertEquals(Reply.OK, client.ask("CONFIG SET lua-time-limit 10"));
        assertEquals(
                new Reply.Map(List.of(Reply.bulk("busy-reply-threshold"), Reply.bulk("10"))),
                client.ask("CONFIG GET busy-reply-threshold"));
        assertEquals(Reply.OK, client.ask("CONFIG SET slowlog-max-len 3 slowlog-log-slower-than 0"));
        assertEquals(
                new Reply.Map(List.of(Reply.bulk("slowlog-max-len"), Reply.bulk("3"))),
                client.ask("CONFIG GET slowlog-max-len"));
        assertEquals(
                "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
                client.askText("CONFIG SET nosuch 1"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config",
                client.askText("CONFIG SET port 1"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'slowlog-max-len') - argument couldn't be parsed"
                        + " into an integer",
                client.askText("CONFIG SET slowlog-max-len x"));
        assertEquals("ERR The server is running without a config file", client.askText("CONFIG REWRITE"));
    }

    @Test
    void settings_of_the_state_go_through_the_log() {
        assertEquals(Reply.OK, client.ask("CONFIG SET hash-max-ziplist-entries 5"));
        assertEquals(Bytes.of("5"), node.view.replicatedSettings().get("hash-max-listpack-entries"));
        assertEquals(
                new Reply.Map(List.of(Reply.bulk("hash-max-listpack-entries"), Reply.bulk("5"))),
                client.ask("CONFIG GET hash-max-listpack-e*"));
    }

    @Test
    void settings_change_all_or_none() {
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class"
                        + " character. Use 'Ag$lshzxeKEtmdn'.",
                client.askText("CONFIG SET slowlog-max-len 3 set-max-intset-entries 4 notify-keyspace-events KEy"));
        assertEquals(
                new Reply.Map(List.of(
                        Reply.bulk("notify-keyspace-events"),
                        Reply.bulk(""),
                        Reply.bulk("set-max-intset-entries"),
                        Reply.bulk("512"),
                        Reply.bulk("slowlog-max-len"),
                        Reply.bulk("128"))),
                client.ask("CONFIG GET slowlog-max-len notify-keyspace-events set-max-intset-entries"));
        assertEquals(Reply.OK, client.ask("CONFIG SET slowlog-max-len 3 notify-keyspace-events mExK"));
        assertEquals(
                new Reply.Map(List.of(
                        Reply.bulk("notify-keyspace-events"),
                        Reply.bulk("xKEm"),
                        Reply.bulk("slowlog-max-len"),
                        Reply.bulk("3"))),
                client.ask("CONFIG GET slowlog-max-len notify-keyspace-events"));
    }

    @Test
    void info_has_the_sections_of_redis() {
        client.ask("SET a 1");
        client.ask("NOSUCH");
        String info = client.askText("INFO");
        for (String section : List.of(
                "Server",
                "Clients",
                "Memory",
                "Persistence",
                "Stats",
                "Replication",
                "CPU",
                "Modules",
                "Errorstats",
                "Cluster",
                "Keyspace",
                "Raft")) {
            assertTrue(info.contains("# " + section + "\r\n"), section + " in " + info);
        }
        assertTrue(info.contains("\r\nrole:master\r\n"), info);
        assertTrue(info.contains("\r\nconnected_slaves:2\r\n"), info);
        assertTrue(info.contains("\r\ndb0:keys=1,expires=0,avg_ttl=0,subexpiry=0\r\n"), info);
        assertTrue(info.contains("\r\nerrorstat_ERR:count=1\r\n"), info);
        assertFalse(info.contains("# Commandstats"), info);
        assertTrue(client.askText("INFO commandstats").contains("cmdstat_set:calls=1,"));
        assertEquals("", client.askText("INFO nosuch"));
        assertTrue(client.askText("INFO everything").contains("cmdstat_"));
        assertEquals("OK", client.askText("CONFIG RESETSTAT"));
        assertFalse(client.askText("INFO commandstats").contains("cmdstat_set"));
    }

    @Test
    void a_node_that_does_not_lead_says_so() {
        node.view.leads = false;
        String info = client.askText("INFO replication");
        assertTrue(info.contains("role:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:6380\r\n"), info);
        assertTrue(info.contains("master_link_status:up"), info);
        assertEquals(
                Reply.array(List.of(
                        Reply.bulk("slave"),
                        Reply.bulk("127.0.0.1"),
                        Reply.of(6380),
                        Reply.bulk("connected"),
                        Reply.of(100))),
                client.ask("ROLE"));
        node.view.leads = true;
        assertEquals(
                Reply.array(List.of(
                        Reply.bulk("master"),
                        Reply.of(100),
                        Reply.array(List.of(
                                Reply.array(List.of(Reply.bulk("127.0.0.1"), Reply.bulk("6380"), Reply.bulk("100"))),
                                Reply.array(List.of(Reply.bulk("127.0.0.1"), Reply.bulk("6381"), Reply.bulk("0"))))))),
                client.ask("ROLE"));
    }

    @Test
    void wait_answers_a_majority_at_once_and_more_when_they_hold_it() {
        assertEquals(Reply.of(1), client.ask("WAIT 1 0"));
        client.send("WAIT 2 1000");
        assertEquals(List.of(), client.replies());
        node.view.followerMatchIndex = 100;
        node.loop.advanceMillis(10);
        assertEquals(List.of(Reply.of(2)), client.taken());
        client.send("WAIT 5 20");
        assertEquals(List.of(), client.replies());
        node.loop.advanceMillis(25);
        assertEquals(List.of(Reply.of(2)), client.taken());
        assertEquals(Reply.array(List.of(Reply.of(1), Reply.of(2))), client.ask("WAITAOF 1 1 0"));
        assertEquals("ERR timeout is negative", client.askText("WAIT 1 -1"));
    }

    @Test
    void slow_requests_are_kept_newest_first() {
        client.ask("CONFIG SET slowlog-log-slower-than 0");
        client.ask("SET a 1");
        client.ask("SET b " + "x".repeat(200));
        assertEquals(Reply.of(2), client.ask("SLOWLOG LEN"));
        Reply.Array log = assertInstanceOf(Reply.Array.class, client.ask("SLOWLOG GET 1"));
        Reply.Array entry = assertInstanceOf(Reply.Array.class, log.elements().get(0));
        assertEquals(6, entry.elements().size());
        assertEquals(Reply.of(1), entry.elements().get(0));
        Reply.Array words = assertInstanceOf(Reply.Array.class, entry.elements().get(3));
        assertEquals(
                Reply.bulk("x".repeat(128) + "... (72 more bytes)"),
                words.elements().get(2));
        assertEquals(Reply.OK, client.ask("SLOWLOG RESET"));
        assertEquals(Reply.of(0), client.ask("SLOWLOG LEN"));
    }

    @Test
    void raft_slowlog_tells_what_of_the_time_was_queue_commit_and_apply() {
        client.ask("CLIENT SETNAME worker");
        node.replicator.hold(true);
        client.send("SET a \u00e9" + "x".repeat(200));
        assertEquals(List.of(), client.replies());
        node.loop.advanceMillis(12);
        node.replicator.hold(false);
        assertEquals(List.of(Reply.OK), client.replies());

        Reply.Array log = assertInstanceOf(Reply.Array.class, client.ask("RAFT.SLOWLOG"));
        Reply.Map entry = assertInstanceOf(Reply.Map.class, log.elements().get(0));
        List<Reply> facts = new ArrayList<>(entry.keysAndValues());
        assertEquals(Reply.bulk("at-ms"), facts.remove(2));
        assertInstanceOf(Reply.Int.class, facts.remove(2));
        assertEquals(
                List.of(
                        Reply.bulk("id"),
                        Reply.of(0),
                        Reply.bulk("duration-us"),
                        Reply.of(12_000),
                        Reply.bulk("queue-us"),
                        Reply.of(12_000),
                        Reply.bulk("commit-us"),
                        Reply.of(0),
                        Reply.bulk("apply-us"),
                        Reply.of(0),
                        Reply.bulk("command"),
                        Reply.array(List.of(
                                Reply.bulk("SET"),
                                Reply.bulk("a"),
                                Reply.bulk("\u00e9" + "x".repeat(126) + "... (74 more bytes)"))),
                        Reply.bulk("client"),
                        Reply.bulk("127.0.0.1:50000"),
                        Reply.bulk("client-name"),
                        Reply.bulk("worker")),
                facts);
        assertEquals(Reply.EMPTY_ARRAY, client.ask("RAFT.SLOWLOG 0"));
        assertEquals("ERR count should be greater than or equal to -1", client.askText("RAFT.SLOWLOG -2"));
    }

    @Test
    void words_that_may_be_secrets_never_enter_the_slow_log() {
        Dialogue.Node guarded = new Dialogue.Node(PASSWORD);
        Dialogue known = guarded.connect();
        known.ask("AUTH secret");
        known.ask("CONFIG SET slowlog-log-slower-than 0");
        known.ask("AUTH default secret");
        known.ask("HELLO 3 AUTH default secret");
        known.ask("CONFIG SET requirepass secret");
        known.ask("ACL SETUSER default >secret");
        known.ask("MULTI");
        known.ask("GET a");
        known.ask("CONFIG SET requirepass secret");
        known.ask("EXEC");
        Reply.Array log = assertInstanceOf(Reply.Array.class, known.ask("SLOWLOG GET -1"));
        assertEquals(2, log.elements().size(), log::toString);
        assertFalse(log.toString().contains("secret"), log::toString);
        assertTrue(log.toString().contains("(redacted)"), log::toString);
    }

    @Test
    void what_redis_has_and_raft_replaces_is_answered() {
        assertEquals("Background saving started", client.askText("BGSAVE"));
        assertEquals(Reply.OK, client.ask("SAVE"));
        assertEquals(Reply.of(1234), client.ask("LASTSAVE"));
        assertEquals(Reply.of(7), client.ask("RAFT.SNAPSHOT"));
        assertEquals(Reply.OK, client.ask("RAFT.TRANSFER n3"));
        assertEquals("n3", node.view.transferredTo);
        assertEquals(Reply.of(-1), client.ask("CLIENT GETREDIR"));
        assertEquals(Reply.EMPTY_ARRAY, client.ask("MODULE LIST"));
    }

    @Test
    void a_node_that_does_not_lead_has_the_leader_hand_over_and_takes_snapshots_of_its_own() {
        node.view.leads = false;
        assertEquals(Reply.OK, client.ask("RAFT.TRANSFER n3"));
        assertEquals("n3", node.view.transferredTo);
        assertEquals(Reply.of(7), client.ask("RAFT.SNAPSHOT"));
    }

    @Test
    void leadership_goes_to_members_alone() {
        assertEquals(
                "ERR no voting member is called \"n9\"; RAFT.MEMBERS lists them", client.askText("RAFT.TRANSFER n9"));
        assertNull(node.view.transferredTo);
        assertEquals(Reply.OK, client.ask("RAFT.TRANSFER"));
        assertEquals("any", node.view.transferredTo);
    }

    @Test
    void members_are_changed_by_their_names_and_addresses() {
        assertEquals(Reply.OK, client.ask("RAFT.ADD n4 10.0.0.4:9870"));
        assertEquals(new MemberChange.Add("n4", "10.0.0.4:9870", "10.0.0.4:19870"), node.view.changed);
        assertEquals(Reply.OK, client.ask("RAFT.ADD n4 [::1]:9870 [::1]:7000"));
        assertEquals(new MemberChange.Add("n4", "[::1]:9870", "[::1]:7000"), node.view.changed);
        assertEquals(Reply.OK, client.ask("RAFT.PROMOTE n4"));
        assertEquals(new MemberChange.Promote("n4"), node.view.changed);
        assertEquals(Reply.OK, client.ask("RAFT.REMOVE n4"));
        assertEquals(new MemberChange.Remove("n4"), node.view.changed);
        assertEquals(
                "ERR a node id is 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit",
                client.askText("RAFT.ADD -x h:1"));
        assertEquals("ERR \"h\" is no address, HOST:PORT", client.askText("RAFT.ADD n4 h"));
        assertEquals("ERR \"h:0\" is no address, HOST:PORT", client.askText("RAFT.ADD n4 h:1 h:0"));
        assertEquals(
                "ERR the Raft port + 10000 is beyond 65535; give the node-to-node address too",
                client.askText("RAFT.ADD n4 h:60000"));
    }

    @Test
    void raft_status_tells_the_digest_at_an_index() {
        String status = client.ask("RAFT.STATUS").toString();
        assertTrue(status.contains("leader"), status);
        Reply.Map map = assertInstanceOf(Reply.Map.class, client.ask("RAFT.STATUS"));
        List<Reply> facts = map.keysAndValues();
        assertEquals(Reply.of(5), facts.get(facts.indexOf(Reply.bulk("digest-index")) + 1));
        assertEquals(Reply.bulk("abcd"), facts.get(facts.indexOf(Reply.bulk("digest")) + 1));
        Reply.Array members = assertInstanceOf(Reply.Array.class, client.ask("RAFT.MEMBERS"));
        assertEquals(3, members.elements().size());
    }

    @Test
    void shutdown_is_not_answered() {
        client.send("SHUTDOWN NOSAVE");
        assertEquals(List.of(), client.replies());
        assertTrue(client.isClosed());
        assertTrue(node.view.shutdown);
    }

    @Test
    void the_command_table_is_told() {
        Reply.Int count = assertInstanceOf(Reply.Int.class, client.ask("COMMAND COUNT"));
        assertTrue(count.value() > 50);
        assertEquals(Reply.array(List.of(Reply.bulk("k"))), client.ask("COMMAND GETKEYS SET k v"));
        assertInstanceOf(Reply.Array.class, client.ask("COMMAND"));
        assertInstanceOf(Reply.Map.class, client.ask("COMMAND DOCS get"));
        assertInstanceOf(Reply.Array.class, client.ask("CLIENT HELP"));
        assertInstanceOf(Reply.Array.class, client.ask("CONFIG HELP"));
    }
}
