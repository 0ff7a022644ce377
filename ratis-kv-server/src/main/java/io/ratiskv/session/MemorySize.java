package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as Redis' settings write them: {@code 100mb}, {@code 1g}. */
final class MemorySize {
    private static final Pattern FORM = Pattern.compile("(\\d*)(b|k|kb|m|mb|g|gb)?");

    private MemorySize() {}

    /**
     * In bytes; no digits are 0, as in Redis.
     *
     * @throws CommandException whose message says what it should be
     */
    static long parse(Bytes word) {
        Matcher form = FORM.matcher(word.latin1().toLowerCase(Locale.ROOT));
        if (word.isEmpty() || !form.matches()) {
            throw new CommandException("argument must be a memory value");
        }
        try {
            String digits = form.group(1);
            return Math.multiplyExact(digits.isEmpty() ? 0 : Long.parseLong(digits), unit(form.group(2)));
        } catch (NumberFormatException | ArithmeticException tooLarge) {
            throw new CommandException("argument must be between 0 and " + Long.MAX_VALUE + " inclusive");
        }
    }

    private static long unit(@org.jspecify.annotations.Nullable String unit) {
        return switch (unit) {
            case null -> 1;
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 1;
        };
    }
}
