package io.ratiskv.cli;

import static io.ratiskv.cli.Calls.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClusterCommandsTest {
    private final ScriptedNode node;

    ClusterCommandsTest() throws Exception {
        node = new ScriptedNode();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void status_is_every_figure_and_a_table_of_peers() {
        String status = "{\"node_id\":\"n1\",\"state\":\"LEADER\",\"leader_id\":null,\"commit_index\":7,"
                + "\"peers\":[{\"id\":\"n2\",\"address\":\"10.0.0.2:9870\",\"match_index\":6,\"lag\":1},"
                + "{\"id\":\"n3\",\"address\":\"10.0.0.3:9870\",\"match_index\":null,\"lag\":null}],"
                + "\"snapshot\":{\"index\":5,\"age_seconds\":12},\"version\":\"1.0\"}\n";
        node.next(200, status).next(200, status);
        assertEquals(
                "asked         " + node.address() + "\n" + """
                node id       n1
                state         LEADER
                leader id     -
                commit index  7
                snapshot      index 5, age seconds 12
                version       1.0

                peer  address        match index  lag
                n2    10.0.0.2:9870  6            1
                n3    10.0.0.3:9870  -            -
                """,
                call("status", "-a", node.address()).out());
        assertEquals(status, call("status", "-a", node.address(), "-o", "json").out());
    }

    @Test
    void members_are_a_table() {
        node.next(200, "{\"state\":\"LEADER\"}");
        node.nextResult("[{\"id\":\"n1\",\"role\":\"leader\",\"resp\":\"127.0.0.1:6379\",\"match-index\":5,\"lag\":0},"
                + "{\"id\":\"n2\",\"role\":\"voter\",\"resp\":null,\"match-index\":-1,\"lag\":-1}]");
        assertEquals("""
                member  role    resp            match index  lag
                n1      leader  127.0.0.1:6379  5            0
                n2      voter   -               -            -
                """, call("members", "-a", node.address()).out());
        assertEquals("{\"command\":[\"RAFT.MEMBERS\"]}", node.bodies().getLast());
    }

    @Test
    void health_asks_every_address_and_is_as_good_as_the_worst() throws Exception {
        node.next(200, "{\"ready\":true}");
        Calls.Ended good = call("health", "-a", node.address());
        assertEquals(0, good.code());
        assertEquals(node.address() + "  ready\n", good.out());

        String nobody = Calls.nobody();
        node.next(503, "{\"ready\":false,\"reason\":\"no leader is known\"}");
        Calls.Ended bad = call("health", "-a", node.address() + "," + nobody);
        assertEquals(3, bad.code());
        assertTrue(bad.out().contains("not ready    no leader is known"), bad.out());
        assertTrue(bad.out().contains(nobody), bad.out());

        node.next(200, "{\"ready\":true}");
        assertEquals(
                "{\"node\":\"" + node.address() + "\",\"ready\":true}\n",
                call("health", "-a", node.address(), "-o", "json").out());
    }

    @Test
    void members_are_added_promoted_and_removed_by_their_subcommands() {
        for (int call = 0; call < 4; call++)
            node.next(200, "{\"state\":\"LEADER\"}").nextResult("\"OK\"");
        assertEquals(
                "OK\n",
                call("members", "add", "n4", "h:9870", "-a", node.address()).out());
        call("members", "add", "n4", "h:9870", "h:7000", "-a", node.address());
        call("members", "promote", "n4", "-a", node.address());
        call("members", "remove", "n4", "-a", node.address());
        assertEquals(
                List.of(
                        "{\"command\":[\"RAFT.ADD\",\"n4\",\"h:9870\"]}",
                        "{\"command\":[\"RAFT.ADD\",\"n4\",\"h:9870\",\"h:7000\"]}",
                        "{\"command\":[\"RAFT.PROMOTE\",\"n4\"]}",
                        "{\"command\":[\"RAFT.REMOVE\",\"n4\"]}"),
                node.bodies().stream().filter(body -> !body.isEmpty()).toList());
        assertEquals(2, call("members", "add", "n4", "-a", node.address()).code());
        assertTrue(call("members", "--help").out().contains("promote"));
    }

    @Test
    void transfer_and_snapshot_are_commands_of_the_server() {
        String leads = "{\"state\":\"LEADER\"}";
        node.next(200, leads)
                .nextResult("\"OK\"")
                .next(200, leads)
                .nextResult("\"OK\"")
                .nextResult("120");
        assertEquals("OK\n", call("transfer", "n2", "-a", node.address()).out());
        call("transfer", "-a", node.address());
        assertEquals(
                "snapshot at index 120\n",
                call("snapshot", "-a", node.address()).out());
        assertEquals(
                List.of(
                        "{\"command\":[\"RAFT.TRANSFER\",\"n2\"]}",
                        "{\"command\":[\"RAFT.TRANSFER\"]}",
                        "{\"command\":[\"RAFT.SNAPSHOT\"]}"),
                node.bodies().stream().filter(body -> !body.isEmpty()).toList());
        node.next(200, leads).nextError(400, "ERR no such node");
        assertEquals(1, call("transfer", "n9", "-a", node.address()).code());
        node.next(200, leads).next(ScriptedNode.BREAK, "");
        assertEquals(4, call("transfer", "n2", "-a", node.address()).code());
    }

    @Test
    void a_follower_says_where_the_leader_is_asked() throws Exception {
        try (ScriptedNode leader = new ScriptedNode()) {
            String authority = leader.address().substring("http://".length());
            node.next(200, status(authority));
            leader.nextResult("\"OK\"");
            assertEquals("OK\n", call("transfer", "-a", node.address()).out());
            assertEquals(List.of("{\"command\":[\"RAFT.TRANSFER\"]}"), leader.bodies());
            // Where the leader can not be reached from here, the follower's refusal says why.
            node.next(200, status(Calls.nobody().substring("http://".length())));
            node.nextError(400, "ERR this node, n1, does not lead");
            Calls.Ended refused = call("transfer", "-a", node.address());
            assertEquals(1, refused.code());
            assertEquals("raft-cli: ERR this node, n1, does not lead\n", refused.err());
        }
    }

    private static String status(String leader) {
        return "{\"state\":\"FOLLOWER\",\"leader_id\":\"n2\",\"peers\":[{\"id\":\"n3\",\"http\":null},"
                + "{\"id\":\"n2\",\"http\":\"" + leader + "\"}]}";
    }

    @Test
    void of_several_addresses_the_leader_is_asked_to_hand_over() throws Exception {
        try (ScriptedNode leader = new ScriptedNode()) {
            node.next(200, "{\"state\":\"FOLLOWER\"}");
            leader.next(200, "{\"state\":\"LEADER\"}").nextResult("\"OK\"");
            String addresses = Calls.nobody() + "," + node.address() + "," + leader.address();
            assertEquals("OK\n", call("transfer", "n2", "-a", addresses).out());
            assertEquals(
                    "{\"command\":[\"RAFT.TRANSFER\",\"n2\"]}", leader.bodies().getLast());
            assertEquals(1, node.bodies().size());
        }
    }
}
