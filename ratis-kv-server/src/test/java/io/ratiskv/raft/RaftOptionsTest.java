package io.ratiskv.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What tells the logs of a cluster, and those of clusters, apart. */
class RaftOptionsTest {
    @Test
    void every_shard_of_every_cluster_has_a_group_and_a_folder_of_its_own() {
        List<RaftOptions> all = Stream.of("one", "two")
                .flatMap(cluster -> Stream.of(0, 1, 2).map(shard -> options(cluster, shard)))
                .toList();
        assertEquals(6, all.stream().map(RaftOptions::groupUuid).distinct().count());
        assertEquals(6, all.stream().map(RaftOptions::groupDirectory).distinct().count());
        assertEquals(options("one", 1).groupUuid(), options("one", 1).groupUuid(), "the same on every node");
    }

    private static RaftOptions options(String cluster, int shard) {
        List<Member> members = List.of(new Member("n1", "127.0.0.1", 1));
        return new RaftOptions(
                "n1", cluster, shard, members, Path.of("data"), null, 300, 600, Fsync.ALWAYS, null, 1 << 20, 0, false);
    }
}
