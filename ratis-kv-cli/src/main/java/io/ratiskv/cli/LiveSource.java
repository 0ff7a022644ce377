package io.ratiskv.cli;

import io.ratiskv.cli.migration.Servers;
import io.ratiskv.cli.wire.Endpoint;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a live Redis is reached. Confined to the main thread; picocli fills the field. */
final class LiveSource {
    @Option(
            names = "--source-tls-ca",
            paramLabel = "FILE",
            description = "Authorities that a rediss source is verified against, PEM. Default: those of the JDK.")
    private @Nullable Path authorities;

    RedisUrl url(RaftCli root, String text) {
        try {
            return RedisUrl.of(text);
        } catch (URISyntaxException garbled) {
            throw root.usage("the source: " + garbled.getReason());
        }
    }

    Servers servers(RaftCli root, RedisUrl url) {
        @Nullable SSLContext tls = null;
        try {
            if (url.secure()) tls = Tls.of(new Access.TrustFiles(authorities, null, null));
        } catch (TlsException unusable) {
            throw root.usage(unusable.getMessage());
        }
        String password = url.password();
        if (password == null) password = root.surroundings().environment().get("RAFT_CLI_SOURCE_PASSWORD");
        return new Servers(
                List.of(new Endpoint(url.host(), url.port(), tls)),
                url.user(),
                password,
                root.access().timeoutMillis());
    }
}
