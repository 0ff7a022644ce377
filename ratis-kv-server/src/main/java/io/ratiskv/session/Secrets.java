package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Command;

/** Words of requests that nobody but the server may see. Stateless; any thread. */
final class Secrets {
    private static final Bytes MASK = Bytes.of("(redacted)");

    private Secrets() {}

    /** The words as they may be shown. */
    static Bytes[] masked(Command command, Bytes[] words) {
        return switch (command.name()) {
            case "auth" -> masked(words, words.length - 1, words.length);
            case "hello" -> maskedHello(words);
            case "acl|setuser" -> masked(words, 2, words.length);
            default -> words;
        };
    }

    private static Bytes[] maskedHello(Bytes[] words) {
        for (int i = 1; i + 2 < words.length; i++) {
            if (words[i].equalsIgnoreCase("AUTH")) {
                return masked(words, i + 1, i + 3);
            }
        }
        return words;
    }

    private static Bytes[] masked(Bytes[] words, int from, int to) {
        Bytes[] shown = words.clone();
        for (int i = Math.max(1, from); i < to; i++) {
            shown[i] = MASK;
        }
        return shown;
    }
}
