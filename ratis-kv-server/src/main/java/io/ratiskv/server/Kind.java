package io.ratiskv.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the text of an option becomes a value and back. Immutable; any thread.
 *
 * @param label what the help prints in place of the value, for example {@code HOST:PORT}
 * @param bare whether the value needs no quotes in TOML and JSON (numbers, booleans)
 * @param parser text to value; throws {@link IllegalArgumentException} whose message completes "--option …"
 * @param formatter value to the text that {@code parser} accepts
 */
record Kind<T>(String label, boolean bare, Function<String, T> parser, Function<T, String> formatter) {

    static final Kind<Boolean> FLAG = new Kind<>("true|false", true, Kind::parseBoolean, String::valueOf);
    static final Kind<Path> PATH = new Kind<>("PATH", false, Kind::parsePath, Path::toString);
    static final Kind<Secret> SECRET = new Kind<>("SECRET", false, Secret::of, Secret::toString);

    static final Kind<URI> HTTP_URL = new Kind<>("URL", false, Kind::parseUrl, URI::toString);
    static final Kind<Double> RATIO = new Kind<>("RATIO", true, Kind::parseRatio, String::valueOf);

    private static final Pattern BYTES =
            Pattern.compile("([0-9]{1,18})\\s*(b|kb|kib|mb|mib|gb|gib)?", Pattern.CASE_INSENSITIVE);

    T parse(String text) {
        return parser.apply(text);
    }

    String format(T value) {
        return formatter.apply(value);
    }

    /** A text that {@code pattern} matches wholly; {@code wanted} completes "must be …". */
    static Kind<String> text(String label, Pattern pattern, String wanted) {
        return new Kind<>(
                label,
                false,
                text -> {
                    if (!pattern.matcher(text).matches()) throw wrong(wanted, text);
                    return text;
                },
                Function.identity());
    }

    /** Words with commas between them. */
    static Kind<Set<String>> names(String label) {
        return new Kind<>(
                label,
                false,
                text -> {
                    Set<String> names = new LinkedHashSet<>();
                    for (String name : text.split(",", -1)) {
                        if (name.isBlank()) throw wrong("names with commas between them", text);
                        names.add(name.strip());
                    }
                    return Collections.unmodifiableSet(names);
                },
                names -> String.join(",", names));
    }

    /** Addresses with commas between them. */
    static final Kind<List<HostPort>> ADDRESSES = new Kind<>(
            "HOST:PORT,…",
            false,
            text -> Arrays.stream(text.split(",", -1))
                    .map(address -> HostPort.parse(address.strip(), 1))
                    .toList(),
            addresses -> addresses.stream().map(HostPort::toString).collect(Collectors.joining(",")));

    /** A whole number of {@code unit} from {@code min} to {@code max}. */
    static Kind<Integer> integer(String unit, int min, int max) {
        Kind<Long> wide = number(unit, min, max);
        return new Kind<>(unit, true, text -> Math.toIntExact(wide.parse(text)), String::valueOf);
    }

    /** A whole number of {@code unit} from {@code min} to {@code max}. */
    static Kind<Long> number(String unit, long min, long max) {
        String wanted = "a whole number from " + min + " to " + max + " (" + unit.toLowerCase(Locale.ROOT) + ")";
        return new Kind<>(
                unit,
                true,
                text -> {
                    try {
                        long value = Long.parseLong(text);
                        if (value >= min && value <= max) return value;
                    } catch (NumberFormatException notANumber) {
                        throw wrong(wanted, text);
                    }
                    throw wrong(wanted, text);
                },
                String::valueOf);
    }

    /** A number of bytes, alone or with a unit of 1024 (KiB, MiB, GiB, or Redis' kb, mb, gb). */
    static Kind<Long> bytes(long min, long max) {
        String wanted = "a size such as 64MiB, from " + formatBytes(min) + " to " + formatBytes(max);
        return new Kind<>(
                "BYTES",
                false,
                text -> {
                    Matcher matcher = BYTES.matcher(text.strip());
                    if (!matcher.matches()) throw wrong(wanted, text);
                    int shift = shiftOf(matcher.group(2));
                    long count = Long.parseLong(matcher.group(1));
                    if (count > Long.MAX_VALUE >> shift) throw wrong(wanted, text);
                    long value = count << shift;
                    if (value < min || value > max) throw wrong(wanted, text);
                    return value;
                },
                Kind::formatBytes);
    }

    /** One of the constants of {@code type}, written in lower case. */
    static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        String label = Arrays.stream(type.getEnumConstants()).map(Kind::lower).collect(Collectors.joining("|"));
        return new Kind<>(
                label,
                false,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> lower(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> wrong("one of " + label.replace("|", ", "), text)),
                Kind::lower);
    }

    /** The refusal of {@code text}, phrased so that it can follow the name of the option. */
    static IllegalArgumentException wrong(String wanted, String text) {
        return new IllegalArgumentException("must be " + wanted + ", not \"" + text + "\"");
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw wrong("true or false", text);
        };
    }

    private static Path parsePath(String text) {
        try {
            if (!text.isBlank()) return Path.of(text);
        } catch (InvalidPathException invalid) {
            throw wrong("a path", text);
        }
        throw wrong("a path", text);
    }

    /** Never with a password in it: the value is shown. */
    private static URI parseUrl(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException invalid) {
            throw new IllegalArgumentException("must be a URL such as http://host:4318");
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("must be a URL such as http://host:4318");
        }
        if (url.getRawUserInfo() != null) throw new IllegalArgumentException("must not hold a user or a password");
        return url;
    }

    private static Double parseRatio(String text) {
        try {
            double ratio = Double.parseDouble(text);
            if (ratio >= 0 && ratio <= 1) return ratio;
        } catch (NumberFormatException notANumber) {
            throw wrong("a number from 0 to 1", text);
        }
        throw wrong("a number from 0 to 1", text);
    }

    private static int shiftOf(String unit) {
        if (unit == null) return 0;
        return switch (Character.toLowerCase(unit.charAt(0))) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
    }

    private static String formatBytes(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) return (bytes >> 30) + "GiB";
        if (bytes != 0 && bytes % (1L << 20) == 0) return (bytes >> 20) + "MiB";
        if (bytes != 0 && bytes % (1L << 10) == 0) return (bytes >> 10) + "KiB";
        return Long.toString(bytes);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
