package io.ratiskv.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a node that was removed proposed before can take no effect after. */
class RemovalSimulationTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void the_gateway_of_a_node_that_was_removed_is_closed_on_all_others() {
        SimulatedShard cluster = new SimulatedShard(7, 3, false);
        cluster.raft.elect();
        cluster.time.runFor(500 * MILLI);
        String leader = cluster.ids.stream()
                .filter(id -> id.equals(cluster.raft.node(id).leader()))
                .findFirst()
                .orElseThrow();
        String gone = cluster.ids.stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
        List<Reply> replies = new ArrayList<>();
        cluster.request(gone, true, replies::add, "SET", "k", "v");
        cluster.time.runFor(500 * MILLI);
        assertEquals(List.of(Reply.OK), replies);
        long open = epoch(cluster, leader, gone);
        assertNotEquals(0, open);

        CompletableFuture<Void> done = cluster.shard(leader).changeMembers(new MemberChange.Remove(gone));
        cluster.time.runFor(500 * MILLI);
        assertEquals(CompletableFuture.State.SUCCESS, done.state());
        for (String id : cluster.ids) {
            assertNotEquals(open, epoch(cluster, id, gone), id);
        }
    }

    private static long epoch(SimulatedShard cluster, String at, String of) {
        return cluster.state(at).<Long>ask(machine -> machine.epochOf(of));
    }
}
