package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Request;
import io.ratiskv.value.DoubleText;
import io.ratiskv.value.GeoPosition;
import java.util.Locale;

/** The client's errors that more than one command makes, in Redis' words. Any thread. */
public final class Errors {
    /** So much of a client's words goes into an error. */
    private static final int QUOTED_BYTES_MAX = 128;

    private static final CommandException OUT_OF_MEMORY =
            new CommandException("OOM command not allowed when used memory > 'maxmemory'.");

    private static final CommandException NOT_FLOAT = new CommandException("ERR value is not a valid float");

    private Errors() {}

    static CommandException unknownCommand(Request request) {
        Bytes[] words = request.words();
        StringBuilder arguments = new StringBuilder();
        int bytes = 0;
        for (int i = 1; i < words.length && bytes < QUOTED_BYTES_MAX; i++) {
            int quoted = textLength(words[i], QUOTED_BYTES_MAX - bytes);
            arguments.append('\'').append(quoted(words[i], quoted)).append("' ");
            bytes += quoted + 3;
        }
        return new CommandException("ERR unknown command '" + quoted(words[0], QUOTED_BYTES_MAX)
                + "', with args beginning with: " + arguments);
    }

    static CommandException unknownSubcommand(Command container, Request request) {
        return new CommandException("ERR unknown subcommand '" + quoted(request.words()[1], QUOTED_BYTES_MAX)
                + "'. Try " + container.typedName() + " HELP.");
    }

    /** The subcommand is there, but not with these words behind it. */
    static CommandException unfitSubcommand(Request request) {
        return new CommandException("ERR unknown subcommand or wrong number of arguments for '"
                + quoted(request.words()[1], QUOTED_BYTES_MAX) + "'. Try "
                + request.words()[0].latin1().toUpperCase(Locale.ROOT) + " HELP.");
    }

    static CommandException noSuchGroup(Bytes key, Bytes group) {
        return new CommandException(
                "NOGROUP No such key '" + quoted(key) + "' or consumer group '" + quoted(group) + "'");
    }

    /** As {@link #noSuchGroup}, where the key is there. */
    static CommandException noSuchGroupOfKey(Bytes key, Bytes group) {
        return new CommandException(
                "NOGROUP No such consumer group '" + quoted(group) + "' for key name '" + quoted(key) + "'");
    }

    static CommandException wrongNumberOfArguments(Command command) {
        return new CommandException("ERR wrong number of arguments for '" + command.name() + "' command");
    }

    /** Commands of a connection or node have no meaning on a replica. */
    static CommandException notInTheLog(Command command) {
        return new CommandException("ERR '" + command.name() + "' belongs to a connection, not to the state");
    }

    static CommandException notFloat() {
        return NOT_FLOAT;
    }

    static CommandException invalidPosition(GeoPosition position) {
        return new CommandException("ERR invalid longitude,latitude pair " + DoubleText.fixed(position.longitude(), 6)
                + "," + DoubleText.fixed(position.latitude(), 6));
    }

    static CommandException notNumber() {
        return new CommandException("ERR resulting score is not a number (NaN)");
    }

    static CommandException notFinite() {
        return new CommandException("ERR increment would produce NaN or Infinity");
    }

    static CommandException invalidExpireTime(Command command) {
        return new CommandException("ERR invalid expire time in '" + command.name() + "' command");
    }

    static CommandException outOfMemory() {
        return OUT_OF_MEMORY;
    }

    static CommandException stringTooLong() {
        return new CommandException("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    }

    static CommandException unsupportedOption(Bytes option) {
        return endingWith("ERR Unsupported option ", option);
    }

    static CommandException unknownArgument(Bytes argument) {
        return endingWith("ERR unknown argument: ", argument);
    }

    /** Where an error ends with the client's word, Redis drops line breaks at its end. */
    static CommandException endingWith(String text, Bytes word) {
        int length = textLength(word, word.length());
        while (length > 0 && (word.at(length - 1) == '\r' || word.at(length - 1) == '\n')) {
            length--;
        }
        return new CommandException(text + quoted(word, length));
    }

    static CommandException unrecognizedOption(String command, Bytes option) {
        return new CommandException("ERR Unrecognized " + command + " option '" + quoted(option) + "'");
    }

    static CommandException noSuchKey() {
        return new CommandException("ERR no such key");
    }

    static CommandException noSuchDatabase() {
        return new CommandException("ERR DB index is out of range");
    }

    static CommandException notPositive() {
        return new CommandException("ERR value is out of range, must be positive");
    }

    static CommandException sameObject() {
        return new CommandException("ERR source and destination objects are the same");
    }

    static CommandException outOfRange(String what) {
        return new CommandException("ERR " + what + " is out of range");
    }

    /** As {@link #quoted(Bytes, int)}, however long it is. */
    public static String quoted(Bytes word) {
        return quoted(word, word.length());
    }

    /** A client's word, shortened, as far as it is text to C, and without line breaks, which would end the error. */
    static String quoted(Bytes word, int bytesMax) {
        return word.slice(0, textLength(word, bytesMax))
                .utf8()
                .replace('\r', ' ')
                .replace('\n', ' ');
    }

    /** Up to the first zero byte. */
    private static int textLength(Bytes word, int bytesMax) {
        int length = 0;
        while (length < Math.min(word.length(), bytesMax) && word.at(length) != 0) {
            length++;
        }
        return length;
    }

    static CommandException notInRange(long min, long max) {
        return new CommandException("ERR value is out of range, value must between " + min + " and " + max);
    }
}
