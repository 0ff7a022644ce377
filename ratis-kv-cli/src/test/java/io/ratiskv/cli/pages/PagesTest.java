package io.ratiskv.cli.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be told of the pages without running anything. */
final class PagesTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|<img[^>]* src=\"([^\"]+)\"");
    private static final Pattern PAGE = Pattern.compile("\\bdocs/[\\w/-]+\\.md");
    private static final List<String> SOURCES = List.of(
            "state-machine/src",
            "proto/src",
            "ratis-kv-server/src",
            "ratis-kv-server/bin",
            "ratis-kv-cli/src",
            "deploy");

    @Test
    void every_block_is_run_or_says_why_not() {
        List<String> problems = new ArrayList<>();
        for (Path file : Page.files()) {
            Page page = Page.read(file);
            problems.addAll(page.problems());
            for (Page.Block block : page.blocks()) {
                if (block.excuse() != null) {
                    System.out.printf("%s:%d is not run: %s%n", page.name(), block.line(), block.excuse());
                }
            }
        }
        assertEquals(List.of(), problems);
    }

    @Test
    void every_link_leads_somewhere() {
        List<String> broken = new ArrayList<>();
        for (Path file : Page.files()) {
            Page page = Page.read(file);
            for (MatchResult link : LINK.matcher(page.prose()).results().toList()) {
                String address = Objects.requireNonNullElseGet(link.group(1), () -> link.group(2));
                if (address.matches("(https?|mailto):.*")) continue;
                String[] parts = address.split("#", 2);
                Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]);
                boolean leads = Files.exists(target);
                if (leads && parts.length == 2) {
                    leads = Page.read(target.normalize()).headings().stream()
                            .anyMatch(heading -> anchor(heading).equals(parts[1]));
                }
                if (!leads) broken.add(page.name() + ": " + address);
            }
        }
        assertEquals(List.of(), broken);
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    @Test
    void every_page_that_the_sources_name_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String folder : SOURCES) {
            try (Stream<Path> files = Files.walk(Page.ROOT.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(file -> file.toString().matches(".*\\.(java|sh|yaml|yml|toml)|.*/bin/[^/]+"))
                        .toList()) {
                    for (MatchResult page :
                            PAGE.matcher(Files.readString(file)).results().toList()) {
                        if (!Files.exists(Page.ROOT.resolve(page.group()))) {
                            missing.add(Page.ROOT.relativize(file) + ": " + page.group());
                        }
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void a_block_that_would_escape_is_told() {
        Page page = new Page("sample", """
                Text

                    indented

                - item

                    more of the item

                <!-- not run: no machine -->
                ```go
                package main
                ```
                ```
                nameless
                ```
                <!-- not run: nothing -->
                Text
                ```text
                picture
                """.lines().toList());
        assertEquals(
                List.of(
                        "sample:3: an indented block; put it between ``` and its language",
                        "sample:13: \"\" can not be run; is it text, or not run for a reason?",
                        "sample:16: this comment stands before no block",
                        "sample:18: a block without end"),
                page.problems());
        assertEquals(List.of(), Example.of(page));
    }

    @Test
    void how_long_redis_cli_waited_is_no_part_of_its_answer() {
        Example example = new Example(1, Example.SHELL, "redis-cli INCR n\n", List.of("(integer) 1"), null);
        assertNull(example.complaint("(integer) 1\n(0.61s)\n"));
        assertNotNull(example.complaint("(integer) 2\n(0.61s)\n"));
    }

    @Test
    void blocks_of_one_language_below_one_heading_are_one_program() {
        Page page = new Page("sample", """
                ## Java
                ```java
                import java.util.List;
                var one = List.of(1);
                ```
                ```console
                $ cat \\
                  file
                two
                ```
                ```java
                import java.util.Set;
                var two = Set.of(one);
                ```
                | `kv GET k` | `GET k` |
                """.lines().toList());
        List<Example> examples = Example.of(page);
        assertEquals(
                List.of("sh", "java", "sh"),
                examples.stream().map(Example::language).toList());
        assertEquals("cat \\\n  file\n", examples.get(0).text());
        assertEquals(List.of("two"), examples.get(0).shows());
        assertEquals("""
                import java.util.List;
                import java.util.Set;
                class Example {
                public static void main(String[] arguments) throws Exception {
                var one = List.of(1);
                var two = Set.of(one);
                }
                }
                """, examples.get(1).text());
        assertEquals("kv GET k\n", examples.get(2).text());
    }
}
