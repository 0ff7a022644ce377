package io.ratiskv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.cli.migration.FileImport;
import io.ratiskv.cli.migration.Options;
import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.migration.Tally;
import io.ratiskv.cli.wire.Endpoint;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import into three real nodes whose leader is killed meanwhile. */
@Tag("alone")
final class ImportFailoverTest {
    private static final int INCREMENTS = 20_000;

    @TempDir
    private Path folder;

    private boolean killed;

    @Test
    void each_command_is_done_once() throws Exception {
        List<RealNode> nodes = RealNode.group(folder, 3, "http", Map.of());
        try {
            // The leader's own clients lose their connection, the others an answer that was under way.
            List<Endpoint> endpoints = nodes.stream()
                    .map(node -> Endpoint.of(URI.create("http://" + node.resp()), null))
                    .toList();
            byte[] file = "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n".repeat(INCREMENTS).getBytes(StandardCharsets.US_ASCII);
            Tally tally = FileImport.load(
                    new ByteArrayInputStream(file),
                    new Servers(endpoints, null, null, 60_000),
                    new Options(null, false, false),
                    done -> killLeader(done, nodes));
            assertEquals(INCREMENTS, tally.commands());
            assertTrue(killed);
            String all = String.join(",", nodes.stream().map(RealNode::http).toList());
            assertEquals(INCREMENTS + "\n", Calls.call("get", "n", "-a", all).out());
        } finally {
            nodes.forEach(RealNode::close);
        }
    }

    private void killLeader(Tally done, List<RealNode> nodes) {
        if (killed || done.commands() < INCREMENTS / 3) return;
        killed = true;
        for (RealNode node : nodes) {
            String status =
                    Calls.call("status", "-o", "json", "-a", node.http()).out();
            if (status.contains("\"state\":\"LEADER\"")) node.close();
        }
    }
}
