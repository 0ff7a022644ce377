package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.HashHandle;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.keyspace.ListHandle;
import io.ratiskv.keyspace.SetHandle;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.keyspace.StreamHandle;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.Numeral;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One run of a command: the words not yet taken, and what the body may look at and change. Confined to whoever holds
 * the state's lock.
 */
final class Call {
    private final CommandTable table;
    private final Command command;
    private final Request request;
    private final Bytes[] words;
    private final Databases databases;
    private final Scripts scripts;
    private final Access access;
    private final boolean scripted;
    private int next;

    Call(
            CommandTable table,
            Command command,
            Request request,
            Databases databases,
            Scripts scripts,
            Access access,
            boolean scripted) {
        this.table = table;
        this.command = command;
        this.request = request;
        this.words = request.words();
        this.databases = databases;
        this.scripts = scripts;
        this.access = access;
        this.scripted = scripted;
        this.next = command.usage().name().size();
    }

    Command command() {
        return command;
    }

    /** The table the command is of, for those that call others. */
    CommandTable table() {
        return table;
    }

    /** Whether a script calls it. */
    boolean isScripted() {
        return scripted;
    }

    /** The user of the connection, for access rules. */
    Bytes user() {
        return request.user();
    }

    /** The command's name as the client typed it. */
    Bytes typedName() {
        return words[0];
    }

    // The arguments.

    boolean hasMore() {
        return next < words.length;
    }

    /** How many words are left to take. */
    int remaining() {
        return words.length - next;
    }

    /** The next word; a syntax error when there is none. */
    Bytes take() {
        if (next == words.length) {
            throw CommandException.syntax();
        }
        return words[next++];
    }

    /** The next {@code count} words, of those that are left. */
    List<Bytes> take(int count) {
        List<Bytes> taken = Arrays.asList(words).subList(next, next + count);
        next += count;
        return taken;
    }

    /** All words that are left. */
    List<Bytes> takeRest() {
        return take(remaining());
    }

    /** The word {@code ahead} of the next one, which stays. */
    Bytes peek(int ahead) {
        return words[next + ahead];
    }

    /** Takes the next word if it is {@code token}, an upper-case word, in either case. */
    boolean accept(String token) {
        if (next < words.length && words[next].equalsIgnoreCase(token)) {
            next++;
            return true;
        }
        return false;
    }

    /** Takes {@code token} only if another word follows it, as Redis does for options with a value. */
    boolean acceptWithValue(String token) {
        return next + 1 < words.length && accept(token);
    }

    /** The next word as an integer; the usual error if it is none of 64 bits. */
    long takeLong() {
        return takeLong(CommandException.notInteger());
    }

    long takeLong(CommandException otherwise) {
        OptionalLong value = Numeral.parseLong(take());
        if (value.isEmpty()) {
            throw otherwise;
        }
        return value.getAsLong();
    }

    /** The next word as an integer from {@code min} to {@code max}; an error if it is none. */
    long takeLong(long min, long max) {
        long value = takeLong();
        if (value < min || value > max) {
            throw Errors.notInRange(min, max);
        }
        return value;
    }

    /** The same with one error for whatever is none. */
    long takeLong(long min, long max, CommandException otherwise) {
        long value = takeLong(otherwise);
        if (value < min || value > max) {
            throw otherwise;
        }
        return value;
    }

    /** The next word as a decimal number; an error if it is none. */
    double takeDouble() {
        return takeDouble(Errors.notFloat());
    }

    double takeDouble(CommandException otherwise) {
        OptionalDouble value = Numeral.parseDouble(take());
        if (value.isEmpty()) {
            throw otherwise;
        }
        return value.getAsDouble();
    }

    /** The next word as the number of a database; an error if there is none of that number. */
    int takeDatabase() {
        long index = takeLong(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (index < 0 || index >= Databases.COUNT) {
            throw Errors.noSuchDatabase();
        }
        return (int) index;
    }

    /** How many words the request has, its name's included. */
    int length() {
        return words.length;
    }

    // The state.

    Databases databases() {
        return databases;
    }

    Scripts scripts() {
        return scripts;
    }

    Access access() {
        return access;
    }

    /** Whether the user may have the command read any key. */
    boolean mayReadAllKeys() {
        return access.mayReadAllKeys(request.user(), command, words);
    }

    /** The database the connection had selected. */
    Keyspace keyspace() {
        return databases.keyspace(request.database());
    }

    int database() {
        return request.database();
    }

    StringHandle stringAt(Bytes key) {
        return keyspace().stringAt(key);
    }

    HashHandle hash(Bytes key) {
        return keyspace().hash(key);
    }

    ListHandle list(Bytes key) {
        return keyspace().list(key);
    }

    SetHandle set(Bytes key) {
        return keyspace().set(key);
    }

    SortedSetHandle sortedSet(Bytes key) {
        return keyspace().sortedSet(key);
    }

    StreamHandle stream(Bytes key) {
        return keyspace().stream(key);
    }

    /** The log's time. */
    long nowMillis() {
        return databases.nowMillis();
    }

    /** The RESP version, 2 or 3. */
    int protocol() {
        return request.protocol();
    }

    /** None yet: as {@link Reply.Blocked}. */
    Reply blocked(List<Bytes> keys, Reply.Awaited awaited, long timeoutMillis, Reply refused) {
        return blocked(words, keys, awaited, timeoutMillis, refused);
    }

    /** The same, and {@code wordsThen} are what to ask then. */
    Reply blocked(Bytes[] wordsThen, List<Bytes> keys, Reply.Awaited awaited, long timeoutMillis, Reply refused) {
        Request again = new Request(request.database(), request.protocol(), request.user(), wordsThen);
        return new Reply.Blocked(again, keys, awaited, timeoutMillis, refused);
    }

    /** The request's words, the last ones replaced. */
    Bytes[] wordsEndingWith(List<Bytes> last) {
        Bytes[] changed = words.clone();
        for (int i = 0; i < last.size(); i++) {
            changed[words.length - last.size() + i] = last.get(i);
        }
        return changed;
    }

    CommandException wrongNumberOfArguments() {
        return Errors.wrongNumberOfArguments(command);
    }

    /** Of a subcommand whose words do not fit, in the words of Redis. */
    CommandException unfitSubcommand() {
        return Errors.unfitSubcommand(request);
    }

    CommandException invalidExpireTime() {
        return Errors.invalidExpireTime(command);
    }
}
