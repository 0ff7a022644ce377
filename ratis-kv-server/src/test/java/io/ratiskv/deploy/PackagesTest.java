package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.tls.Tls;
import io.ratiskv.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image, compose, the service of systemd and the scripts that install. */
class PackagesTest {
    @TempDir
    private Path directory;

    @Test
    void every_yaml_file_and_script_can_be_read() throws Exception {
        for (Path file : Deploy.files(Deploy.FOLDER, ".yaml", ".yml")) {
            if (file.toString().contains("/templates/")) continue;
            assertFalse(Deploy.documents(Deploy.read(file)).isEmpty(), file::toString);
        }
        for (Path script : Deploy.files(Deploy.FOLDER, ".sh")) {
            assertTrue(Files.isExecutable(script), script::toString);
            assertEquals(new Deploy.Ended(0, ""), Deploy.run(directory, "bash", "-n", script.toString()));
        }
    }

    @Test
    void the_image_runs_the_launcher_itself_as_a_user_without_rights() {
        List<String> lines =
                Deploy.read(Deploy.FOLDER.resolve("Dockerfile")).lines().toList();
        assertEquals(2, lines.stream().filter(line -> line.startsWith("FROM ")).count());
        // The exec form: signals reach the server, not a shell.
        assertTrue(lines.contains("ENTRYPOINT [\"/opt/ratis-kv/bin/ratis-kv-server\"]"));
        assertTrue(lines.contains("USER 10001:10001"));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("HEALTHCHECK ")));
        assertTrue(lines.indexOf("USER 10001:10001") > lines.lastIndexOf("WORKDIR /build"));
    }

    @Test
    void options_in_the_image_compose_and_the_service_are_options_of_the_server() {
        for (String file : List.of("Dockerfile", "compose.yaml", "systemd/ratis-kv.service")) {
            assertTrue(
                    Deploy.optionNames().containsAll(Deploy.names(Deploy.read(Deploy.FOLDER.resolve(file)))),
                    () -> file + " names others");
        }
    }

    @Test
    void the_nodes_of_compose_are_the_peers_and_the_targets_of_prometheus() {
        Object compose = Deploy.documents(Deploy.read(Deploy.FOLDER.resolve("compose.yaml")))
                .get(0);
        Map<?, ?> services = (Map<?, ?>) Objects.requireNonNull(Deploy.at(compose, "services"));
        for (String node : List.of("n1", "n2", "n3")) {
            Object environment = Deploy.at(services, node, "environment");
            assertEquals(node, Deploy.at(environment, "RATIS_KV_ID"));
            assertEquals("n1=n1:9870,n2=n2:9870,n3=n3:9870", Deploy.at(environment, "RATIS_KV_PEERS"));
            // They ask nobody who they are.
            for (Object port : (List<?>) Objects.requireNonNull(Deploy.at(services, node, "ports"))) {
                assertTrue(port.toString().startsWith("127.0.0.1:"), port::toString);
            }
        }
        Object prometheus = Deploy.documents(Deploy.read(Deploy.FOLDER.resolve("prometheus/prometheus.yml")))
                .get(0);
        assertEquals(
                List.of("n1:8080", "n2:8080", "n3:8080"),
                Deploy.at(prometheus, "scrape_configs", 0, "static_configs", 0, "targets"));
        for (String service : List.of("prometheus", "grafana")) {
            for (Object volume : (List<?>) Objects.requireNonNull(Deploy.at(services, service, "volumes"))) {
                String source = volume.toString().split(":", 2)[0];
                if (source.startsWith(".")) assertTrue(Files.exists(Deploy.FOLDER.resolve(source)), source);
                else assertNotNull(Deploy.at(compose, "volumes"), source);
            }
        }
    }

    @Test
    void install_puts_the_program_its_options_and_its_service_in_place_and_keeps_the_options() throws Exception {
        Path tarball = tarball("first");
        Path root = directory.resolve("root");
        assertEquals(0, install(tarball, root).code());
        Path config = root.resolve("etc/ratis-kv/ratis-kv.toml");
        assertEquals("--data /var/lib/ratis-kv/data --generate-config\n", Files.readString(config));
        String unit = Files.readString(root.resolve("etc/systemd/system/ratis-kv.service"));
        Path cli = root.resolve("usr/local/bin/raft-cli");
        assertEquals(Path.of("/opt/ratis-kv/bin/raft-cli"), Files.readSymbolicLink(cli));
        assertTrue(unit.contains("ExecStart=/opt/ratis-kv/bin/ratis-kv-server --config /etc/ratis-kv/ratis-kv.toml"));

        Files.writeString(config, "id = \"n7\"\n");
        Files.delete(cli);
        Files.writeString(cli, "somebody else's");
        Files.writeString(tarball.resolve("lib/second"), "");
        assertEquals(0, install(tarball, root).code());
        assertTrue(Files.exists(root.resolve("opt/ratis-kv/lib/second")));
        assertEquals("id = \"n7\"\n", Files.readString(config));
        assertEquals("somebody else's", Files.readString(cli));
    }

    @Test
    void install_refuses_what_is_no_tarball_and_options_it_does_not_know() throws Exception {
        Path script = Deploy.FOLDER.resolve("install.sh");
        assertEquals(1, Deploy.run(directory, script.toString(), "--no-user").code());
        assertEquals(1, Deploy.run(directory, script.toString(), "--yes").code());
        assertEquals(
                1,
                Deploy.run(directory, script.toString(), "--root", "relative").code());
    }

    @Test
    void systemd_accepts_the_service() throws Exception {
        assumeTrue(Deploy.onPath("systemd-analyze"), "systemd-analyze is not on the path");
        // It looks whether the program exists, so the unit names one that does.
        Path unit = directory.resolve("ratis-kv.service");
        Files.writeString(
                unit,
                Deploy.read(Deploy.FOLDER.resolve("systemd/ratis-kv.service"))
                        .replace("/opt/ratis-kv/bin/ratis-kv-server", "/bin/sh")
                        .replaceAll("(?m)^(User|Group)=.*$", "$1=root"));
        Deploy.Ended verified = Deploy.run(directory, "systemd-analyze", "verify", "--man=no", unit.toString());
        // Units of the machine may be at fault too; this one must not be.
        assertFalse(verified.text().contains(unit.getFileName().toString()), verified.text());
    }

    @Test
    void certificates_of_the_script_are_ones_that_the_server_takes() throws Exception {
        assumeTrue(Deploy.onPath("openssl"), "openssl is not on the path");
        Path certs = directory.resolve("certs");
        Deploy.Ended made = Deploy.run(
                directory,
                Deploy.FOLDER.resolve("make-certificates.sh").toString(),
                certs.toString(),
                "n1,10.0.0.1",
                "kv,*.kv-peers.kv.svc.cluster.local");
        assertEquals(0, made.code(), made.text());
        for (String name : List.of("n1", "kv")) {
            TlsFiles files = new TlsFiles(
                    certs.resolve(name + ".crt"),
                    certs.resolve(name + ".key"),
                    certs.resolve("ca.crt"),
                    TlsFiles.ClientAuth.OPTIONAL);
            assertEquals(List.of(), Tls.check(files));
        }
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(certs.resolve("n1.key"))));
    }

    private Path tarball(String name) throws IOException {
        Path tarball = Files.createDirectories(directory.resolve(name));
        Files.createDirectories(tarball.resolve("bin"));
        Files.createDirectories(tarball.resolve("lib"));
        Files.createDirectories(tarball.resolve("systemd"));
        Path server = Files.writeString(tarball.resolve("bin/ratis-kv-server"), "#!/bin/sh\necho \"$@\"\n");
        Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(Deploy.FOLDER.resolve("install.sh"), tarball.resolve("install.sh"));
        Files.copy(Deploy.FOLDER.resolve("systemd/ratis-kv.service"), tarball.resolve("systemd/ratis-kv.service"));
        return tarball;
    }

    private Deploy.Ended install(Path tarball, Path root) throws IOException, InterruptedException {
        return Deploy.run(directory, tarball.resolve("install.sh").toString(), "--root", root.toString(), "--no-user");
    }
}
