package io.ratiskv.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandTableTest {
    private final CommandTable table = new CommandTable();

    private Stream<Command> everyCommand() {
        return table.commands().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()));
    }

    @Test
    void a_name_is_found_in_either_case_and_as_part_of_a_buffer() {
        Command get = table.find(Bytes.of("GET"));
        assertNotNull(get);
        assertSame(get, table.find(Bytes.of("get")));
        assertSame(get, table.find(Bytes.of("xGeTx").slice(1, 3)));
        assertNull(table.find(Bytes.of("GE")));
        assertNull(table.find(Bytes.of("")));
        assertNull(table.find(Bytes.of("GET\u0000")));
        assertNull(table.find(Bytes.of("'%4")));
    }

    @Test
    void every_command_is_found_by_its_name() {
        everyCommand().forEach(command -> {
            Request request = Request.of(
                    command.typedName().toLowerCase(java.util.Locale.ROOT).split(" "));
            assertSame(command, table.find(request));
        });
    }

    @Test
    void every_command_is_documented() {
        everyCommand().forEach(command -> {
            Command.Documentation documentation = command.documentation();
            assertTrue(documentation.summary().endsWith("."), command.name());
            assertTrue(
                    documentation.since().matches("(ratis-kv )?\\d+\\.\\d+\\.\\d+"),
                    () -> command + ": " + documentation.since());
            assertTrue(
                    documentation.complexity().startsWith("O(")
                            || documentation.complexity().startsWith("Depends"),
                    command.name());
        });
    }

    @Test
    void what_reads_or_writes_the_state_has_a_body_and_nothing_else() {
        everyCommand()
                .forEach(command -> assertEquals(command.kind() != Kind.LOCAL, command.body() != null, command.name()));
    }

    @Test
    void a_command_that_writes_says_so() {
        everyCommand().forEach(command -> {
            // Redis does not count as a write what changes no keys, or leaves that to what a script calls.
            boolean saysSo = command.has(Flag.WRITE)
                    || command.group() == Group.SCRIPTING
                    || command.name().startsWith("acl|");
            assertTrue(command.kind() != Kind.WRITE || saysSo, command.name());
            assertTrue(command.kind() == Kind.WRITE || !command.has(Flag.WRITE), command.name());
            assertEquals(command.has(Flag.WRITE), command.categories().contains(Category.WRITE), command.name());
            assertFalse(command.has(Flag.WRITE) && command.has(Flag.READONLY), command.name());
        });
    }

    @Test
    void keys_are_those_of_the_words() {
        assertEquals("[a]", keys("GET", "a"));
        assertEquals("[a, b]", keys("MSET", "a", "1", "b", "2"));
        assertEquals("[a, b]", keys("MSETEX", "2", "a", "1", "b", "2", "EX", "3"));
        assertEquals("[]", keys("MSETEX", "3", "a", "1", "b", "2", "EX"));
        assertEquals("[a, b]", keys("RENAME", "a", "b"));
        assertEquals("[a]", keys("OBJECT", "ENCODING", "a"));
        assertEquals("[]", keys("GET"));
        assertEquals("[]", keys("PING", "a"));
    }

    private String keys(String... words) {
        Request request = Request.of(words);
        return Objects.requireNonNull(table.find(request)).keys(request).toString();
    }

    /** Arity, flags, categories, tips, keys and versions, as Redis 7.2 tells them. */
    @Test
    void what_redis_has_too_is_described_as_redis_describes_it() throws IOException {
        Map<String, String> facts = facts();
        int compared = 0;
        for (Command command : everyCommand().toList()) {
            @Nullable String fact = facts.get(command.name());
            if (fact != null) {
                assertEquals(fact, described(command));
                compared++;
            }
        }
        assertTrue(compared > 180, () -> "only few were compared");
    }

    /** By name, from a table of tabs: name, arity, flags, categories, tips, keys, since, deprecated since. */
    private static Map<String, String> facts() throws IOException {
        try (InputStream in = CommandTableTest.class.getResourceAsStream("/redis-7.2-commands.tsv")) {
            Map<String, String> facts = new HashMap<>();
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            text.lines().forEach(line -> facts.put(line.substring(0, line.indexOf('\t')), line));
            return facts;
        }
    }

    private static String described(Command command) {
        Command.Documentation documentation = command.documentation();
        List<String> keys =
                command.keySpecs().stream().map(CommandTableTest::described).toList();
        return String.join(
                "\t",
                command.name(),
                Integer.toString(command.arity()),
                sorted(command.flags().stream().map(Flag::wireName).toList(), " "),
                sorted(command.categories().stream().map(Category::wireName).toList(), " "),
                sorted(documentation.tips(), " "),
                keys.isEmpty() ? "-" : String.join(" ", keys),
                documentation.since(),
                Objects.requireNonNullElse(documentation.deprecatedSince(), "-"));
    }

    private static String described(KeySpec spec) {
        String begin = switch (spec.begin()) {
            case KeySpec.Index index -> Integer.toString(index.position());
            case KeySpec.Keyword it -> it.keyword() + "@" + it.startFrom();
            case KeySpec.LastOption it -> "?";
            case KeySpec.Nowhere it -> "?";
        };
        String find = !spec.isKnown()
                ? "?"
                : switch (spec.find()) {
                    case KeySpec.Range range ->
                        range.last() + "/" + range.step() + (range.limit() == 0 ? "" : "/" + range.limit());
                    case KeySpec.Counted counted -> "counted";
                };
        return begin + "/" + find + ":"
                + sorted(
                        spec.flags().stream()
                                .map(flag -> flag.wireName().toLowerCase(java.util.Locale.ROOT))
                                .toList(),
                        "+");
    }

    private static String sorted(Collection<String> words, String separator) {
        return words.isEmpty() ? "-" : String.join(separator, new TreeSet<>(words));
    }

    @Test
    void every_container_lists_its_subcommands() {
        CommandCatalog catalog = new CommandCatalog(table);
        table.commands().stream().filter(Command::isContainer).forEach(container -> {
            Reply help = catalog.answer(Request.of(container.typedName(), "help"));
            Reply.Array lines = (Reply.Array) Objects.requireNonNull(help);
            assertEquals(
                    1 + 2 * container.subcommands().size(), lines.elements().size(), container.name());
        });
    }

    @Test
    void docs_tell_tokens_choices_and_repetition() {
        Reply docs = Objects.requireNonNull(new CommandCatalog(table).answer(Request.of("COMMAND", "DOCS", "getex")));
        String text = io.ratiskv.transcript.ReplyText.of(docs);
        assertTrue(
                text.contains(
                        "{\"name\": \"key\", \"type\": \"key\", \"display_text\": \"key\", \"key_spec_index\": 0}"),
                text);
        assertTrue(
                text.contains(
                        "{\"name\": \"seconds\", \"type\": \"integer\", \"display_text\": \"seconds\", \"token\": \"EX\"}"),
                text);
        assertTrue(text.contains("\"type\": \"oneof\", \"flags\": ~[optional], \"arguments\": ["), text);
    }
}
