package io.ratiskv.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

    @Test
    void help_version_and_a_generated_file_need_no_node() throws Exception {
        for (String question : new String[] {"--help", "--version", "--generate-config"}) {
            out.reset();
            assertNull(answer(Map.of(), question), question);
            assertFalse(out.toString(StandardCharsets.UTF_8).isBlank(), question);
        }
    }

    @Test
    void a_checked_file_is_named_after_the_flag_or_by_config(@TempDir Path directory) throws Exception {
        Path good = Files.writeString(directory.resolve("good.toml"), "id = \"n7\"\n");
        Path bad = Files.writeString(directory.resolve("bad.toml"), "idd = \"n7\"\n");
        assertNull(answer(Map.of(), "--check-config", good.toString()));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("id=n7"));
        assertNull(answer(Map.of(), "--check-config", "--config", good.toString()));
        assertNull(answer(Map.of("RATIS_KV_CONFIG", good.toString()), "--check-config"));
        assertThrows(ConfigException.class, () -> answer(Map.of(), "--check-config", bad.toString()));
        assertThrows(ConfigException.class, () -> answer(Map.of(), "--check-config=" + bad));
        assertThrows(
                ConfigException.class,
                () -> answer(Map.of(), "--check-config", good.toString(), "--config", good.toString()));
    }

    @Test
    void everything_else_is_a_configuration_to_serve_with() throws Exception {
        assertNotNull(answer(Map.of()));
        ServerConfig config = answer(Map.of("RATIS_KV_REQUIREPASS", "canary"), "--id", "n3");
        assertNotNull(config);
        assertEquals("n3", config.id());
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("canary"));
    }

    private @Nullable ServerConfig answer(Map<String, String> environment, String... args) throws Exception {
        return new Main(environment, stream).answer(args);
    }
}
