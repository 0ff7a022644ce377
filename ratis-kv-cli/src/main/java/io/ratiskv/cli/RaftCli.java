package io.ratiskv.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
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
            "Environment: RAFT_CLI_ADDRESS, RAFT_CLI_USER, RAFT_CLI_PASSWORD, RAFT_CLI_PASSWORD_FILE, RAFT_CLI_TLS_CA,",
            "RAFT_CLI_TLS_CERT and RAFT_CLI_TLS_KEY stand in for the options of these names."
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
            description = "Others on this machine can see it here: a file or the environment is better.")
    private @Nullable String password;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The password is the first line of this file.")
    private @Nullable Path passwordFile;

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
        Access.TrustFiles trust = new Access.TrustFiles(
                file(authorities, "RAFT_CLI_TLS_CA"),
                file(certificate, "RAFT_CLI_TLS_CERT"),
                file(key, "RAFT_CLI_TLS_KEY"));
        if ((trust.certificate() == null) != (trust.key() == null)) throw usage("--tls-cert and --tls-key go together");
        BigDecimal millis = timeoutSeconds.movePointRight(3);
        if (millis.compareTo(BigDecimal.ONE) < 0 || millis.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            throw usage("--timeout must be more than nothing and less than a month, in seconds");
        }
        return new Access(
                List.copyOf(nodes),
                user == null ? environment.get("RAFT_CLI_USER") : user,
                password(),
                trust,
                millis.longValue());
    }

    private @Nullable Path file(@Nullable Path option, String variable) {
        if (option != null) return option;
        String named = surroundings.environment().getOrDefault(variable, "");
        return named.isEmpty() ? null : Path.of(named);
    }

    /** What stands on the command line wins over the environment, and the word over the file. */
    private @Nullable String password() {
        if (password != null) return password;
        String inherited = surroundings.environment().get("RAFT_CLI_PASSWORD");
        if (passwordFile == null && inherited != null) return inherited;
        Path file = file(passwordFile, "RAFT_CLI_PASSWORD_FILE");
        if (file == null) return null;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            if (line != null && !line.isEmpty()) return line;
        } catch (IOException unreadable) {
            throw usage("cannot read the password in " + file);
        }
        throw usage(file + " begins with an empty line instead of a password");
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
        throw usage("an address is http://host:port or https://host:port, and a password goes with --password-file");
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
