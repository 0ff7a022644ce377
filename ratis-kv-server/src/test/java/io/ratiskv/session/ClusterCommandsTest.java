package io.ratiskv.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The group as a cluster of one shard, and the ways to hand its leadership over. */
class ClusterCommandsTest {
    private static final String N1 = ClusterCommands.idOf("n1");
    private static final String N2 = ClusterCommands.idOf("n2");
    private static final String N3 = ClusterCommands.idOf("n3");

    private final Dialogue.Node node = new Dialogue.Node();
    private final Dialogue client = node.connect();

    @Test
    void all_slots_are_of_the_leader_and_the_others_replicate_it() {
        node.view.leads = false;
        assertEquals(
                N1 + " 127.0.0.1:6379@9870 myself,slave " + N2 + " 0 0 3 connected\n"
                        + N2 + " 127.0.0.1:6380@9871 master - 0 0 3 connected 0-16383\n"
                        + N3 + " 127.0.0.1:6381@9872 slave " + N2 + " 0 0 3 connected\n",
                client.askText("CLUSTER NODES"));
        Reply none = new Reply.Map(List.of());
        assertEquals(
                Reply.array(List.of(Reply.array(List.of(
                        Reply.of(0),
                        Reply.of(16383),
                        Reply.array(List.of(Reply.bulk("127.0.0.1"), Reply.of(6380), Reply.bulk(N2), none)),
                        Reply.array(List.of(Reply.bulk("127.0.0.1"), Reply.of(6379), Reply.bulk(N1), none)),
                        Reply.array(List.of(Reply.bulk("127.0.0.1"), Reply.of(6381), Reply.bulk(N3), none)))))),
                client.ask("CLUSTER SLOTS"));
        assertTrue(client.askText("CLUSTER INFO")
                .startsWith("cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\n"));
        String shards = client.ask("CLUSTER SHARDS").toString();
        assertTrue(shards.contains("role") && shards.contains("replica") && shards.contains(N3), shards);
        assertEquals(Reply.bulk(N1), client.ask("CLUSTER MYID"));
        assertEquals(40, client.askText("CLUSTER MYSHARDID").length());
        assertEquals("ERR The specified node is not a master", client.askText("CLUSTER REPLICAS " + N1));
        assertEquals("ERR Unknown node x", client.askText("CLUSTER SLAVES x"));
        assertEquals(Reply.of(0), client.ask("CLUSTER COUNT-FAILURE-REPORTS " + N1));
        Reply.Array replicas = (Reply.Array) client.ask("CLUSTER REPLICAS " + N2);
        assertEquals(2, replicas.elements().size());
        assertEquals("STILL 3", client.askText("CLUSTER BUMPEPOCH"));
    }

    @Test
    void keys_of_a_slot_are_counted_and_told() {
        client.send("MSET {a}1 x {a}2 x b x").replies();
        assertEquals(Reply.of(15495), client.ask("CLUSTER KEYSLOT a"));
        assertEquals(Reply.of(15495), client.ask("CLUSTER KEYSLOT {a}1"));
        assertEquals(Reply.of(2), client.ask("CLUSTER COUNTKEYSINSLOT 15495"));
        assertEquals(Reply.of(0), client.ask("CLUSTER COUNTKEYSINSLOT 0"));
        Reply.Array keys = (Reply.Array) client.ask("CLUSTER GETKEYSINSLOT 15495 10");
        assertTrue(keys.elements().containsAll(List.of(Reply.bulk("{a}1"), Reply.bulk("{a}2"))), keys::toString);
        assertEquals(
                1,
                ((Reply.Array) client.ask("CLUSTER GETKEYSINSLOT 15495 1"))
                        .elements()
                        .size());
        assertEquals(Reply.EMPTY_ARRAY, client.ask("CLUSTER GETKEYSINSLOT 15495 0"));
        assertEquals("ERR Invalid slot or number of keys", client.askText("CLUSTER GETKEYSINSLOT 16384 1"));
        assertEquals("ERR Invalid slot or number of keys", client.askText("CLUSTER GETKEYSINSLOT 0 -1"));
        assertEquals("ERR Invalid slot", client.askText("CLUSTER COUNTKEYSINSLOT -1"));
        assertEquals("ERR value is not an integer or out of range", client.askText("CLUSTER COUNTKEYSINSLOT x"));
    }

    @Test
    void what_cannot_be_done_says_why() {
        assertEquals(
                "ERR CLUSTER MEET is not supported: RAFT.ADD, RAFT.PROMOTE and RAFT.REMOVE change the members",
                client.askText("CLUSTER MEET 127.0.0.1 7000"));
        for (String request : List.of(
                "ADDSLOTS 1",
                "ADDSLOTSRANGE 1 2",
                "DELSLOTS 1",
                "DELSLOTSRANGE 1 2",
                "FLUSHSLOTS",
                "SETSLOT 1 STABLE",
                "FORGET x",
                "REPLICATE x",
                "RESET",
                "SET-CONFIG-EPOCH 1",
                "LINKS")) {
            String answer = client.askText("CLUSTER " + request);
            assertTrue(answer.matches("ERR CLUSTER [A-Z-]+ is not supported: .+"), request + ": " + answer);
        }
        assertEquals(Reply.OK, client.ask("CLUSTER SAVECONFIG"));
        assertEquals(Reply.OK, client.ask("ASKING"));
    }

    @Test
    void leadership_is_handed_over_on_request() {
        assertEquals(Reply.OK, client.ask("FAILOVER"));
        assertEquals("any", node.view.transferredTo);
        assertEquals(Reply.OK, client.ask("FAILOVER TIMEOUT 100 TO 127.0.0.1 6381 FORCE"));
        assertEquals("n3", node.view.transferredTo);
        assertEquals("ERR You should send CLUSTER FAILOVER to a replica", client.askText("CLUSTER FAILOVER"));
        node.view.leads = false;
        assertEquals(Reply.OK, client.ask("CLUSTER FAILOVER"));
        assertEquals("n1", node.view.transferredTo);
        assertEquals(Reply.OK, client.ask("CLUSTER FAILOVER FORCE"));
        assertEquals(
                "ERR CLUSTER FAILOVER TAKEOVER is not supported: a majority elects the leader",
                client.askText("CLUSTER FAILOVER TAKEOVER"));
        assertEquals("ERR syntax error", client.askText("CLUSTER FAILOVER NOW"));
    }

    @Test
    void one_hand_over_at_a_time() {
        node.view.transfer = new CompletableFuture<>();
        assertEquals(List.of(), client.send("FAILOVER").replies());
        Dialogue other = node.connect();
        assertTrue(other.askText("INFO replication").contains("master_failover_state:failover-in-progress\r\n"));
        assertEquals("ERR FAILOVER already in progress.", other.askText("FAILOVER"));
        assertTrue(other.askText("FAILOVER ABORT").startsWith("ERR the leadership is being handed over"));
        node.view.transfer.complete(null);
        node.loop.turn();
        assertEquals(List.of(Reply.OK), client.taken());
        assertTrue(other.askText("INFO replication").contains("master_failover_state:no-failover\r\n"));
        assertEquals("ERR No failover in progress.", other.askText("FAILOVER ABORT"));
    }

    @Test
    void options_are_checked_as_redis_checks_them() {
        assertEquals("ERR FAILOVER target HOST and PORT is not a replica.", client.askText("FAILOVER TO 127.0.0.1 1"));
        assertEquals(
                "ERR FAILOVER target HOST and PORT is not a replica.", client.askText("FAILOVER TO 127.0.0.1 6379"));
        assertEquals("ERR FAILOVER timeout must be greater than 0", client.askText("FAILOVER TIMEOUT 0"));
        assertEquals("ERR value is not an integer or out of range", client.askText("FAILOVER TIMEOUT x"));
        assertEquals("ERR value is not an integer or out of range", client.askText("FAILOVER TO a x"));
        assertEquals(
                "ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
                client.askText("FAILOVER FORCE"));
        for (String wrong : List.of("TO a", "ABORT ABORT", "FORCE FORCE", "TIMEOUT 1 TIMEOUT 1", "NOSUCH")) {
            assertEquals("ERR syntax error", client.askText("FAILOVER " + wrong), wrong);
        }
        assertNull(node.view.transferredTo);
    }
}
