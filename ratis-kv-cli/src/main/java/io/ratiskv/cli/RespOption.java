package io.ratiskv.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a command that speaks the Redis protocol finds the nodes. Confined to the main thread; picocli fills the field. */
final class RespOption {
    @Option(
            names = "--resp",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "Where nodes speak the Redis protocol. Default: where RAFT.MEMBERS says.")
    private List<String> addresses = new ArrayList<>();

    RespAddresses find(RaftCli root, Access access) {
        return RespAddresses.of(root, access, addresses);
    }
}
