package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A file of requests and replies. Immutable.
 *
 * <pre>
 *   # SET … EX: the key is gone at the deadline, not after it.
 *   &#64;0     SET k v EX 1     => OK
 *   &#64;1000  GET k            => (nil)
 * </pre>
 *
 * A line of {@code #} behind a blank one begins a {@link Section}, further ones explain it, and {@code #- redis: reason}
 * excludes a kind of subject. Words are separated by spaces. Double quotes hold spaces, and a backslash escapes there:
 * before n a line feed, before r a carriage return, before x a byte in two hexadecimal digits, else the character itself.
 * What may follow the arrow tells {@link Expectation}.
 *
 * @param name of the file, without its ending
 */
public record Transcript(String name, List<Section> sections) {
    /** All there are. */
    public static final List<String> NAMES = List.of(
            "strings",
            "counters",
            "bitmaps",
            "counting",
            "keys",
            "dump",
            "sort",
            "expiry",
            "hashes",
            "hash-expiry",
            "lists",
            "blocking-lists",
            "sets",
            "sorted-sets",
            "blocking-sorted-sets",
            "geo",
            "streams",
            "stream-groups",
            "databases",
            "memory",
            "connections",
            "debug",
            "scripting",
            "functions",
            "acl",
            "errors");

    /** Reads {@code transcripts/NAME.txt} of the class path. */
    public static Transcript load(String name) {
        try (InputStream in = Transcript.class.getResourceAsStream("/transcripts/" + name + ".txt")) {
            if (in == null) {
                throw new IllegalArgumentException("no transcript " + name);
            }
            return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Transcript parse(String name, String text) {
        List<Section> sections = new ArrayList<>();
        String title = "";
        List<Line> lines = new ArrayList<>();
        Map<String, String> exclusions = new HashMap<>();
        boolean blankBefore = true;
        int number = 0;
        for (String row : text.split("\n", -1)) {
            number++;
            String line = row.strip();
            if (line.startsWith("#-")) {
                String[] kindAndReason = line.substring(2).strip().split(": ", 2);
                exclusions.put(kindAndReason[0], kindAndReason[1]);
            } else if (line.startsWith("#") && blankBefore) {
                addSection(sections, title, lines, exclusions);
                title = line.substring(1).strip();
                lines = new ArrayList<>();
                exclusions = new HashMap<>();
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                lines.add(parseLine(name, number, line));
            }
            blankBefore = line.isEmpty();
        }
        addSection(sections, title, lines, exclusions);
        return new Transcript(name, List.copyOf(sections));
    }

    private static void addSection(
            List<Section> sections, String title, List<Line> lines, Map<String, String> exclusions) {
        if (!lines.isEmpty()) {
            sections.add(new Section(title, List.copyOf(lines), Map.copyOf(exclusions)));
        }
    }

    private static Line parseLine(String name, int number, String line) {
        int arrow = line.lastIndexOf(" => ");
        if (arrow < 0) {
            throw new IllegalArgumentException(name + ":" + number + ": no arrow in: " + line);
        }
        String request = line.substring(0, arrow).strip();
        OptionalLong atMillis = OptionalLong.empty();
        if (request.startsWith("@")) {
            int space = request.indexOf(' ');
            atMillis = OptionalLong.of(Long.parseLong(request.substring(1, space)));
            request = request.substring(space).strip();
        }
        Expectation expectation = new Expectation(line.substring(arrow + 4).strip());
        return new Line(number, atMillis, words(request), expectation, line);
    }

    /** The words of a request as a line writes them. */
    public static String spell(Bytes[] words) {
        return String.join(" ", Arrays.stream(words).map(Transcript::spell).toList());
    }

    private static String spell(Bytes word) {
        boolean plain = word.latin1().matches("[!#-?A-\\[\\]-~][!-~]*")
                && !word.latin1().contains("=>");
        return plain ? word.latin1() : ReplyText.of(Reply.bulk(word));
    }

    /** The words a line writes so. */
    public static Bytes[] words(String request) {
        List<Bytes> words = new ArrayList<>();
        int at = 0;
        while (at < request.length()) {
            if (request.charAt(at) == ' ') {
                at++;
                continue;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            at = request.charAt(at) == '"' ? quoted(request, at + 1, word) : plain(request, at, word);
            words.add(Bytes.wrap(word.toByteArray()));
        }
        return words.toArray(Bytes[]::new);
    }

    private static int plain(String request, int from, ByteArrayOutputStream word) {
        int space = request.indexOf(' ', from);
        int end = space < 0 ? request.length() : space;
        word.writeBytes(request.substring(from, end).getBytes(StandardCharsets.UTF_8));
        return end;
    }

    private static int quoted(String request, int from, ByteArrayOutputStream word) {
        int at = from;
        while (request.charAt(at) != '"') {
            char c = request.charAt(at++);
            if (c != '\\') {
                word.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char escaped = request.charAt(at++);
            switch (escaped) {
                case 'n' -> word.write('\n');
                case 'r' -> word.write('\r');
                case 'x' -> {
                    word.write(Integer.parseInt(request.substring(at, at + 2), 16));
                    at += 2;
                }
                default -> word.write(escaped);
            }
        }
        return at + 1;
    }
}
