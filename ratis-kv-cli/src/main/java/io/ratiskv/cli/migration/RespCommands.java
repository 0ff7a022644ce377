package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands in the Redis protocol, as an append-only file holds them and a replica is sent them. No length is believed further
 * than bytes come. Confined to one thread.
 */
final class RespCommands {
    private static final int STEP_BYTES = 64 * 1024;
    private static final int LINE_BYTES_MAX = 64 * 1024;
    private static final int WORD_BYTES_MAX = Integer.MAX_VALUE - 1_024;
    private static final int WORDS_MAX = 64 << 20;

    private final InputStream in;
    private final long before;
    private long offset;

    /**
     * @param in buffered by the caller: it is asked for single bytes
     * @param before how many bytes of the source came before
     */
    RespCommands(InputStream in, long before) {
        this.in = in;
        this.before = before;
    }

    /** How many bytes the commands took that were read, and what stood between them. */
    long offset() {
        return offset;
    }

    /**
     * The next command; null at the end.
     *
     * @throws IOException also where the bytes end within a command
     */
    @Nullable
    List<Bytes> next() throws IOException {
        while (true) {
            long at = offset;
            int kind = in.read();
            if (kind < 0) return null;
            offset++;
            switch (kind) {
                // A master that has nothing to say, and one that notes the time in its file.
                case '\r', '\n' -> {}
                case '#' -> line();
                case '*' -> {
                    long count = number(line(), at);
                    if (count < 1 || count > WORDS_MAX) throw refused(at, "a command of " + count + " words");
                    List<Bytes> words = new ArrayList<>();
                    for (long left = count; left > 0; left--) words.add(word());
                    return words;
                }
                default -> throw refused(at, "no command begins with the byte " + kind);
            }
        }
    }

    private IOException refused(long at, String what) {
        return ImportException.refused("commands, offset " + (before + at) + ": " + what);
    }

    private Bytes word() throws IOException {
        long at = offset;
        if (oneByte() != '$') throw refused(at, "no word of a command begins here");
        long length = number(line(), at);
        if (length < 0 || length > WORD_BYTES_MAX) throw refused(at, "a word of " + length + " bytes");
        byte[] word = new byte[(int) Math.min(length, STEP_BYTES)];
        int come = 0;
        while (come < length) {
            if (come == word.length) word = Arrays.copyOf(word, (int) Math.min(length, 2L * word.length));
            int count = in.read(word, come, word.length - come);
            if (count < 0) throw tooShort();
            come += count;
            offset += count;
        }
        at = offset;
        if (oneByte() != '\r' || oneByte() != '\n') throw refused(at, "a word that is longer than it says");
        return Bytes.wrap(word, 0, (int) length);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = oneByte(); b != '\n'; b = oneByte()) {
            if (b != '\r') line.append((char) b);
            if (line.length() > LINE_BYTES_MAX) throw refused(offset, "a line without an end");
        }
        return line.toString();
    }

    private int oneByte() throws IOException {
        int b = in.read();
        if (b < 0) throw tooShort();
        offset++;
        return b;
    }

    private EOFException tooShort() {
        return new EOFException("commands, offset " + (before + offset) + ": the bytes end within a command");
    }

    private long number(String line, long at) throws IOException {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException garbled) {
            throw refused(at, "\"" + line + "\" is no number");
        }
    }
}
