package io.ratiskv.cli;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The options that every subcommand takes, and what they come to. Confined to the main thread; picocli fills the fields.
 */
@Command(
        name = "raft-cli",
        description = "Asks a ratis-kv cluster, operates it, measures it.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = RaftCli.Version.class,
        usageHelpAutoWidth = false,
        usageHelpWidth = 100,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 done; 1 refused by the server; 2 wrong usage; 3 unavailable, nothing happened;",
            "4 unknown outcome, it may have happened.",
            "Environment: RAFT_CLI_ADDRESS, RAFT_CLI_USER and RAFT_CLI_PASSWORD stand in for the options."
        })
final class RaftCli implements Runnable {
    private static final String DEFAULT_ADDRESS = "http://127.0.0.1:8080";

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-a", "--address"},
            paramLabel = "URL",
            split = ",",
            scope = ScopeType.INHERIT,
            description = "HTTP address of a node; several, repeated or separated by commas, are tried in turn."
                    + " Default: " + DEFAULT_ADDRESS + ".")
    private List<String> addresses = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "User of the password. Default: the default user.")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "WORD",
            scope = ScopeType.INHERIT,
            description = "Others on this machine can see it here: the environment is better.")
    private @Nullable String password;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Authorities that https addresses are verified against, PEM. Default: those of the JDK.")
    private @Nullable Path authorities;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Own certificate, PEM, where nodes ask for one; with --tls-key.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Private key of --tls-cert, PEM, PKCS #8.")
    private @Nullable Path key;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            scope = ScopeType.INHERIT,
            description = "How long a node that was asked may be silent. Default: 30.")
    private BigDecimal timeoutSeconds;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "human|json",
            defaultValue = "human",
            scope = ScopeType.INHERIT,
            description = "For people, or one line of JSON for each answer. Default: human.")
    private Output output;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Prints this help.")
    private boolean helps;

    @SuppressWarnings("UnusedVariable") // picocli acts on it
    @Option(names = "--version", versionHelp = true, description = "Prints the version.")
    private boolean tellsVersion;

    RaftCli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Output output() {
        return output;
    }

    Printer printer() {
        return printer("raft-cli: ");
    }

    /** @param complaint stands before what went wrong */
    Printer printer(String complaint) {
        return new Printer(output, surroundings.out(), surroundings.err(), complaint);
    }

    /** @throws ParameterException when the files for TLS or the addresses are not what they should be */
    Nodes nodes() {
        try {
            return Nodes.of(access());
        } catch (TlsException unusable) {
            throw usage(unusable.getMessage());
        }
    }

    /** @throws ParameterException when an address or a time is none */
    Access access() {
        Map<String, String> environment = surroundings.environment();
        List<URI> nodes = new ArrayList<>();
        List<String> named = addresses;
        if (named.isEmpty())
            named = List.of(environment
                    .getOrDefault("RAFT_CLI_ADDRESS", DEFAULT_ADDRESS)
                    .split(","));
        for (String address : named) nodes.add(address(address.strip()));
        if ((certificate == null) != (key == null)) throw usage("--tls-cert and --tls-key go together");
        BigDecimal millis = timeoutSeconds.movePointRight(3);
        if (millis.compareTo(BigDecimal.ONE) < 0 || millis.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            throw usage("--timeout must be more than nothing and less than a month, in seconds");
        }
        return new Access(
                List.copyOf(nodes),
                user == null ? environment.get("RAFT_CLI_USER") : user,
                password == null ? environment.get("RAFT_CLI_PASSWORD") : password,
                new Access.TrustFiles(authorities, certificate, key),
                millis.longValue());
    }

    private URI address(String text) {
        try {
            URI address = new URI(text.contains("://") ? text : "http://" + text);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            boolean bare =
                    address.getRawPath().isEmpty() || address.getRawPath().equals("/");
            if (web && bare && address.getHost() != null && address.getUserInfo() == null) return address;
        } catch (URISyntaxException notAnAddress) {
            throw usage("\"" + text + "\" is no address: " + notAnAddress.getReason());
        }
        throw usage("an address is http://host:port or https://host:port, and a password goes with --password");
    }

    ParameterException usage(@Nullable String problem) {
        return new ParameterException(spec.commandLine(), String.valueOf(problem));
    }

    /** The version in the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            @Nullable String version = RaftCli.class.getPackage().getImplementationVersion();
            return new String[] {"raft-cli " + (version == null ? "development" : version)};
        }
    }
}
