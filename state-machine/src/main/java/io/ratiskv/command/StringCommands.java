package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Category.STRING;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.collect.Pages;
import io.ratiskv.keyspace.Deadline;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.keyspace.StringHandle;
import io.ratiskv.value.CommonSubsequence;
import io.ratiskv.value.CommonSubsequence.Match;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Strings: bytes under a key, read and written whole or in part. Confined to whoever holds the state's
 * lock.
 */
final class StringCommands {
    /** Redis' proto-max-bulk-len. Part of what entries do, so no setting of one node. */
    static final long STRING_BYTES_MAX = 512L << 20;

    /** A table of so many four-byte cells would fill {@link #STRING_BYTES_MAX}, where Redis refuses. */
    private static final long SUBSEQUENCE_CELLS_MAX = STRING_BYTES_MAX / 4;

    private StringCommands() {}

    static void declare(Declarations table) {
        table.group(Group.STRING);

        table.read("GET key", StringCommands::get)
                .in(STRING, FAST)
                .since("1.0.0")
                .summary("Returns the string a key holds.");

        table.write(
                        "SET key value [NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest"
                                + " | IFDNE ifdne-digest] [GET]"
                                + " [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                                + " | PXAT unix-time-milliseconds | KEEPTTL]",
                        StringCommands::set)
                .in(STRING)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update variable_flags")
                .keysWithout("GET", "OW update")
                .summary("Puts a string under a key, whatever the key held; on a condition, with a deadline.");

        table.write("SETNX key value", StringCommands::setIfAbsent)
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("OW insert")
                .deprecated("2.6.12", "`SET` with the `NX` argument")
                .summary("Puts a string under a key that does not exist.");

        table.write("SETEX key seconds value", call -> setWithTimeToLive(call, 1000))
                .in(STRING)
                .denyOom()
                .since("2.0.0")
                .keys("OW update")
                .deprecated("2.6.12", "`SET` with the `EX` argument")
                .summary("Puts a string under a key for so many seconds.");

        table.write("PSETEX key milliseconds value", call -> setWithTimeToLive(call, 1))
                .in(STRING)
                .denyOom()
                .since("2.6.0")
                .keys("OW update")
                .deprecated("2.6.12", "`SET` with the `PX` argument")
                .summary("Puts a string under a key for so many milliseconds.");

        table.write("GETSET key value", StringCommands::getAndSet)
                .in(STRING, FAST)
                .denyOom()
                .since("1.0.0")
                .keys("RW access update")
                .deprecated("6.2.0", "`SET` with the `GET` argument")
                .summary("Puts a string under a key and returns the string it held before.");

        table.write("GETDEL key", StringCommands::getAndDelete)
                .in(STRING, FAST)
                .since("6.2.0")
                .keys("RW access delete")
                .summary("Returns the string a key holds and deletes the key.");

        table.write(
                        "GETEX key [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                                + " | PXAT unix-time-milliseconds | PERSIST]",
                        StringCommands::getAndExpire)
                .in(STRING, FAST)
                .since("6.2.0")
                .keys("RW access update")
                .summary("Returns the string a key holds and sets or clears the key's deadline.");

        table.read("MGET key [key ...]", StringCommands::getMany)
                .in(STRING, FAST)
                .since("1.0.0")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard")
                .summary("Returns the strings of several keys, null for a key without one.");

        table.write("MSET key value [key value ...]", StringCommands::setMany)
                .in(STRING)
                .denyOom()
                .since("1.0.1")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:all_succeeded")
                .keys("OW update")
                .summary("Puts strings under several keys, all at once.");

        table.write("MSETNX key value [key value ...]", StringCommands::setManyIfAbsent)
                .in(STRING)
                .denyOom()
                .since("1.0.1")
                .complexity("O(N), N keys.")
                .keys("OW insert")
                .summary("Puts strings under several keys, all at once, if none of them exists.");

        table.write(
                        "MSETEX numkeys key value [key value ...] [NX | XX] [EX seconds | PX milliseconds"
                                + " | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]",
                        StringCommands::setManyWithOptions)
                .in(STRING)
                .denyOom()
                .since("8.4.0")
                .complexity("O(N), N keys.")
                .tips("request_policy:multi_shard", "response_policy:all_succeeded")
                .keys("OW update")
                .summary("Puts strings under several keys, all at once; on a condition of all keys, with a deadline.");

        table.read("STRLEN key", StringCommands::length)
                .in(STRING, FAST)
                .since("2.2.0")
                .keys("RO")
                .summary("Returns the length of a string in bytes.");

        table.write("APPEND key value", StringCommands::append)
                .in(STRING, FAST)
                .denyOom()
                .since("2.0.0")
                .complexity("O(N), N bytes of the resulting string.")
                .keys("RW insert")
                .summary("Appends to a string; makes it if there is none.");

        table.write("SETRANGE key offset value", StringCommands::setRange)
                .in(STRING)
                .denyOom()
                .since("2.2.0")
                .complexity("O(N), N bytes of the resulting string.")
                .summary("Writes into a string from an offset, after zero bytes where it was shorter.");

        table.read("GETRANGE key start end", StringCommands::getRange)
                .in(STRING)
                .since("2.4.0")
                .complexity("O(N), N bytes returned.")
                .summary("Returns a part of a string; offsets below zero count from its end.");

        table.read("SUBSTR key start end", StringCommands::getRange)
                .in(STRING)
                .since("1.0.0")
                .complexity("O(N), N bytes returned.")
                .deprecated("2.0.0", "`GETRANGE`")
                .summary("Returns a part of a string; offsets below zero count from its end.");

        table.read(
                        "LCS key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]",
                        StringCommands::longestCommonSubsequence)
                .in(STRING)
                .scans()
                .since("7.0.0")
                .complexity("O(N*M), N and M bytes of the two strings.")
                .summary("Returns the longest sequence of bytes two strings have in common.");
    }

    private static Reply get(Call call) {
        return Reply.bulkOrNull(call.keyspace().string(call.take()));
    }

    private static Reply set(Call call) {
        Bytes key = call.take();
        Bytes value = call.take();
        SetOptions options = SetOptions.parse(call);

        Keyspace keyspace = call.keyspace();
        // Redis checks the type of the old value only when it has to look at it.
        @Nullable Bytes old = options.looksAtOld() ? keyspace.string(key) : null;
        if (options.permits(keyspace, key, old)) {
            keyspace.put(key, value, options.expireAtMillis());
            return options.returnsOld() ? Reply.bulkOrNull(old) : Reply.OK;
        }
        return options.returnsOld() ? Reply.bulkOrNull(old) : Reply.NULL;
    }

    private static Reply setIfAbsent(Call call) {
        Bytes key = call.take();
        Bytes value = call.take();

        if (call.keyspace().exists(key)) {
            return Reply.of(0);
        }
        call.keyspace().put(key, value, Deadline.NONE);
        return Reply.of(1);
    }

    private static Reply setWithTimeToLive(Call call, int unitMillis) {
        Bytes key = call.take();
        long expireAtMillis = Expiry.takeRelative(call, unitMillis);
        Bytes value = call.take();

        call.keyspace().put(key, value, expireAtMillis);
        return Reply.OK;
    }

    private static Reply getAndSet(Call call) {
        Bytes key = call.take();
        Bytes value = call.take();

        @Nullable Bytes old = call.keyspace().string(key);
        call.keyspace().put(key, value, Deadline.NONE);
        return Reply.bulkOrNull(old);
    }

    private static Reply getAndDelete(Call call) {
        Bytes key = call.take();

        @Nullable Bytes old = call.keyspace().string(key);
        if (old != null) {
            call.keyspace().remove(key);
        }
        return Reply.bulkOrNull(old);
    }

    private static Reply getAndExpire(Call call) {
        Bytes key = call.take();
        Expiry.Option option = Expiry.Option.ABSENT;
        while (call.hasMore()) {
            option = option.and(Expiry.Option.take(call, "PERSIST"));
        }

        @Nullable Bytes value = call.keyspace().string(key);
        if (value == null) {
            return Reply.NULL;
        }
        // Redis reads the number only now: a missing key or a wrong type is told first.
        long deadline = option.deadline(call);
        if (deadline == Deadline.NONE) {
            call.keyspace().persist(key);
        } else if (deadline != Deadline.KEEP) {
            call.keyspace().expireAt(key, deadline);
        }
        return Reply.bulk(value);
    }

    private static Reply getMany(Call call) {
        Keyspace keyspace = call.keyspace();
        List<Reply> values = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            Bytes key = call.take();
            boolean string = keyspace.type(key) == ValueType.STRING;
            values.add(string ? Reply.bulkOrNull(keyspace.string(key)) : Reply.NULL);
        }
        return Reply.array(values);
    }

    private static Reply setMany(Call call) {
        requirePairs(call);

        putPairs(call);
        return Reply.OK;
    }

    private static Reply setManyIfAbsent(Call call) {
        requirePairs(call);

        for (int i = 0; i < call.remaining(); i += 2) {
            if (call.keyspace().exists(call.peek(i))) {
                return Reply.of(0);
            }
        }
        putPairs(call);
        return Reply.of(1);
    }

    private static Reply setManyWithOptions(Call call) {
        long count = call.takeLong(1, Integer.MAX_VALUE, new CommandException("ERR invalid numkeys value"));
        if (call.remaining() / 2 < count) {
            throw new CommandException("ERR wrong number of key-value pairs");
        }
        List<Bytes> pairs = call.take(2 * (int) count);
        SetOptions options = SetOptions.parse(call);
        if (options.looksAtOld()) {
            throw CommandException.syntax();
        }

        Keyspace keyspace = call.keyspace();
        for (int i = 0; i < pairs.size(); i += 2) {
            if (!options.permits(keyspace, pairs.get(i), null)) {
                return Reply.of(0);
            }
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            keyspace.put(pairs.get(i), pairs.get(i + 1), options.expireAtMillis());
        }
        return Reply.of(1);
    }

    private static void requirePairs(Call call) {
        if (call.remaining() % 2 != 0) {
            throw call.wrongNumberOfArguments();
        }
    }

    private static void putPairs(Call call) {
        while (call.hasMore()) {
            Bytes key = call.take();
            call.keyspace().put(key, call.take(), Deadline.NONE);
        }
    }

    private static Reply length(Call call) {
        return Reply.of(call.stringAt(call.take()).length());
    }

    private static Reply append(Call call) {
        Bytes key = call.take();
        Bytes tail = call.take();

        StringHandle string = call.stringAt(key);
        requireFits(string.length(), tail);
        return Reply.of(string.append(tail));
    }

    private static Reply setRange(Call call) {
        Bytes key = call.take();
        long offset = call.takeLong();
        Bytes patch = call.take();
        if (offset < 0) {
            throw Errors.outOfRange("offset");
        }

        StringHandle string = call.stringAt(key);
        if (patch.isEmpty()) {
            return Reply.of(string.length());
        }
        requireFits(offset, patch);
        return Reply.of(string.write((int) offset, patch));
    }

    private static void requireFits(long bytesBefore, Bytes more) {
        if (bytesBefore > STRING_BYTES_MAX - more.length()) {
            throw Errors.stringTooLong();
        }
    }

    private static Reply getRange(Call call) {
        Bytes key = call.take();
        long start = call.takeLong();
        long end = call.takeLong();

        Pages value = call.stringAt(key).pages();
        int length = value.length();
        if (start < 0 && end < 0 && start > end) {
            return Reply.bulk(Bytes.EMPTY);
        }
        long from = Math.max(start < 0 ? length + start : start, 0);
        long to = Math.min(Math.max(end < 0 ? length + end : end, 0), length - 1L);
        return Reply.bulk(from > to ? Bytes.EMPTY : value.slice((int) from, (int) (to - from + 1)));
    }

    private static Reply longestCommonSubsequence(Call call) {
        Keyspace keyspace = call.keyspace();
        Bytes first = textOf(keyspace, call.take());
        Bytes second = textOf(keyspace, call.take());
        boolean lengthAlone = false;
        boolean positions = false;
        boolean withLengths = false;
        long lengthMin = 0;
        while (call.hasMore()) {
            if (call.accept("IDX")) {
                positions = true;
            } else if (call.accept("LEN")) {
                lengthAlone = true;
            } else if (call.accept("WITHMATCHLEN")) {
                withLengths = true;
            } else if (call.acceptWithValue("MINMATCHLEN")) {
                lengthMin = call.takeLong();
            } else {
                throw CommandException.syntax();
            }
        }
        if (lengthAlone && positions) {
            throw new CommandException("ERR If you want both the length and indexes, please just use IDX.");
        }
        if ((first.length() + 1L) * (second.length() + 1L) > SUBSEQUENCE_CELLS_MAX) {
            throw new CommandException("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
        }

        CommonSubsequence common = new CommonSubsequence(first, second);
        if (positions) {
            return positionsOf(common, lengthMin, withLengths);
        }
        return lengthAlone ? Reply.of(common.length()) : Reply.bulk(common.bytes());
    }

    private static Bytes textOf(Keyspace keyspace, Bytes key) {
        @Nullable ValueType type = keyspace.type(key);
        if (type != null && type != ValueType.STRING) {
            throw new CommandException("ERR The specified keys must contain string values");
        }
        @Nullable Bytes text = keyspace.string(key);
        return text == null ? Bytes.EMPTY : text;
    }

    private static Reply positionsOf(CommonSubsequence common, long lengthMin, boolean withLengths) {
        List<Reply> matches = new ArrayList<>();
        for (Match match : common.matches()) {
            if (match.length() < lengthMin) {
                continue;
            }
            List<Reply> parts = new ArrayList<>(3);
            parts.add(Reply.array(List.of(Reply.of(match.firstFrom()), Reply.of(match.firstTo()))));
            parts.add(Reply.array(List.of(Reply.of(match.secondFrom()), Reply.of(match.secondTo()))));
            if (withLengths) {
                parts.add(Reply.of(match.length()));
            }
            matches.add(Reply.array(parts));
        }
        return new Reply.Map(
                List.of(Reply.bulk("matches"), Reply.array(matches), Reply.bulk("len"), Reply.of(common.length())));
    }
}
