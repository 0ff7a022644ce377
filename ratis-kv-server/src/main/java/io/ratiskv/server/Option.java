package io.ratiskv.server;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One option of the server: what it is called, what it means, and what it is when nobody says otherwise.
 * Immutable; any thread.
 *
 * @param section where it stands in the help and in the reference
 * @param name the word used as flag ({@code --name}), as file key and, in capitals, as environment name
 * @param kind how its text is read and written
 * @param defaultText the default as text of {@code kind}, or null when the option is absent or computed by default
 * @param defaultNote how the default is described where {@code defaultText} is null
 * @param secret whether the value must never be printed
 * @param sentence what it does, in one sentence, with its unit
 * @param accessor where the value stands in the configuration
 */
record Option<T>(
        Section section,
        String name,
        Kind<T> kind,
        @Nullable String defaultText,
        String defaultNote,
        boolean secret,
        String sentence,
        Function<ServerConfig, @Nullable T> accessor) {

    /** The parts of the reference, in their order. */
    enum Section {
        NODE("This node and its group"),
        CONSISTENCY("Consistency and durability"),
        SECURITY("Security"),
        CLIENTS("Client connections"),
        RAFT("Raft log and elections"),
        BACKUP("Backup and archive"),
        DIAGNOSTICS("Log output and diagnostics");

        final String title;

        Section(String title) {
            this.title = title;
        }
    }

    /** An option with a fixed default. */
    static <T> Option<T> of(
            Section section,
            String name,
            Kind<T> kind,
            String defaultText,
            String sentence,
            Function<ServerConfig, @Nullable T> accessor) {
        return new Option<>(section, name, kind, defaultText, defaultText, false, sentence, accessor);
    }

    /** An option without a fixed default: {@code note} says what holds when it is not given. */
    static <T> Option<T> absent(
            Section section,
            String name,
            Kind<T> kind,
            String note,
            String sentence,
            Function<ServerConfig, @Nullable T> accessor) {
        return new Option<>(section, name, kind, null, note, false, sentence, accessor);
    }

    /** The same option, never printed. */
    Option<T> asSecret() {
        return new Option<>(section, name, kind, defaultText, defaultNote, true, sentence, accessor);
    }

    /** {@code --election-timeout-min-millis}. */
    String flag() {
        return "--" + name;
    }

    /** {@code RATIS_KV_ELECTION_TIMEOUT_MIN_MILLIS}. */
    String environmentName() {
        return "RATIS_KV_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The value that {@code config} holds, as text; null when it holds none, a mask when it is secret. */
    @Nullable
    String shownIn(ServerConfig config) {
        @Nullable T value = accessor.apply(config);
        if (value == null) return null;
        return secret ? Secret.MASK : kind.format(value);
    }
}
