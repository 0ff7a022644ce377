package io.ratiskv.cli;

import io.ratiskv.cli.wire.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes of a cluster speak the Redis protocol. Immutable; any thread.
 *
 * @param problem an answer that is not good; null when there are endpoints
 */
record RespAddresses(List<Endpoint> endpoints, @Nullable Answer problem) {
    private static final Pattern HOST_PORT = Pattern.compile("\\[?([^\\[\\]]+?)]?:(\\d{1,5})");

    /** @param given as the command line names them; where it names none, the members of the cluster are asked */
    static RespAddresses of(RaftCli root, Access access, List<String> given) {
        List<String> addresses = given;
        if (addresses.isEmpty()) {
            Answer members;
            try (Nodes nodes = root.nodes()) {
                members =
                        nodes.command(Json.command(List.of("RAFT.MEMBERS".getBytes(StandardCharsets.US_ASCII))), true);
            }
            if (!members.good()) return new RespAddresses(List.of(), members);
            addresses = ofMembers(members.result());
            if (addresses.isEmpty()) {
                return new RespAddresses(
                        List.of(),
                        Answer.failed(
                                Verdict.UNAVAILABLE,
                                members.node(),
                                "no member says where it speaks RESP: give --resp"));
            }
        }
        @Nullable SSLContext tls = access.secure() ? tls(root, access) : null;
        List<Endpoint> endpoints = new ArrayList<>();
        for (String address : addresses) {
            Matcher parts = HOST_PORT.matcher(address);
            int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
            if (port < 1 || port > 65535) throw root.usage("\"" + address + "\" is not HOST:PORT");
            endpoints.add(new Endpoint(parts.group(1), port, tls));
        }
        return new RespAddresses(endpoints, null);
    }

    private static List<String> ofMembers(Result members) {
        List<String> addresses = new ArrayList<>();
        if (!(members instanceof Result.Array array)) return addresses;
        for (Result member : array.elements()) {
            String address =
                    member instanceof Result.Struct facts ? facts.get("resp").plain() : "";
            if (!address.isEmpty()) addresses.add(address);
        }
        return addresses;
    }

    static SSLContext tls(RaftCli root, Access access) {
        try {
            return Tls.of(access.trust());
        } catch (TlsException unusable) {
            throw root.usage(unusable.getMessage());
        }
    }
}
