package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.api.Request;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.script.ScriptHost;
import io.ratiskv.script.ScriptRun;
import io.ratiskv.value.Numeral;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The commands as scripts call them: through the same table and handles, refused where Redis refuses them. Confined to
 * whoever holds the state's lock.
 *
 * <p>Of what a session answers elsewhere, scripts get what depends on neither a connection nor a node.
 */
final class ScriptedCommands implements ScriptHost {
    /** A step for so many bytes that a command goes over. */
    private static final int BYTES_PER_STEP = 4;

    private static final Reply REFUSED = Reply.error("ERR This Redis command is not allowed from script");

    private static final Map<String, Local> LOCALS = new LinkedHashMap<>();

    static {
        LOCALS.put("ping", (host, run, words) -> words.length == 1 ? Reply.PONG : Reply.bulk(words[1]));
        LOCALS.put("echo", (host, run, words) -> Reply.bulk(words[1]));
        LOCALS.put("select", (host, run, words) -> select(run, words[1]));
        LOCALS.put("time", (host, run, words) -> host.time());
        LOCALS.put("publish", (host, run, words) -> host.publish(words[1], words[2]));
        LOCALS.put("spublish", (host, run, words) -> host.publish(words[1], words[2]));
        LOCALS.put("wait", (host, run, words) -> countReplicas(words));
    }

    /** What a session answers elsewhere. */
    private interface Local {
        Reply run(ScriptedCommands host, ScriptRun run, Bytes[] words);
    }

    private final CommandTable table;
    private final Call caller;
    private final long memoryBytes;

    ScriptedCommands(Call caller) {
        this.table = caller.table();
        this.caller = caller;
        this.memoryBytes = caller.databases().memoryBytes();
    }

    @Override
    public boolean knows(Bytes[] words) {
        return table.find(words, 0) != null;
    }

    @Override
    public boolean allows(Bytes[] words) {
        Command command = table.find(words, 0);
        return command != null && caller.access().denial(caller.user(), command, words) == null;
    }

    @Override
    public long luck() {
        return caller.databases().luck();
    }

    @Override
    public void requireRoom() {
        if (caller.databases().refusesGrowth()) {
            throw Errors.outOfMemory();
        }
    }

    @Override
    public Reply call(ScriptRun run, Bytes[] words) {
        Command command = table.find(words, 0);
        if (command == null) {
            return Reply.error("ERR Unknown Redis command called from script");
        }
        if (!command.takes(words.length) || command.isContainer()) {
            return Reply.error("ERR Wrong number of args calling Redis command from script");
        }
        if (command.has(Flag.NOSCRIPT)) {
            return REFUSED;
        }
        String denial = caller.access().denial(caller.user(), command, words);
        if (denial != null) {
            return Reply.error("ERR ACL failure in script: " + denial);
        }
        if (run.isReadOnly() && (command.has(Flag.WRITE) || command.has(Flag.MAY_REPLICATE))) {
            return Reply.error("ERR Write commands are not allowed from read-only scripts.");
        }
        try {
            return command.kind() == Kind.LOCAL ? answer(command, run, words) : run(command, run, words);
        } catch (CommandException e) {
            return e.reply();
        }
    }

    private Reply run(Command command, ScriptRun run, Bytes[] words) {
        Databases databases = caller.databases();
        databases.beginCommand();
        if (command.scans()) {
            run.works(sizeOfKeys(command, databases.keyspace(run.database()), words) / BYTES_PER_STEP);
        }
        Request request = new Request(run.database(), run.protocol(), caller.user(), words);
        boolean admitted = databases.admitsGrowth();
        databases.admitGrowth(admitted || run.admitsGrowth());
        try {
            Reply reply = table.runInScript(command, request, databases, caller.scripts(), caller.access());
            if (command.kind() == Kind.WRITE) {
                run.added(databases.memoryBytes() - memoryBytes);
            }
            return reply instanceof Reply.Blocked blocked ? blocked.refused() : reply;
        } finally {
            databases.admitGrowth(admitted);
            run.works(databases.takeWork());
        }
    }

    /** In bytes; of a command without keys that of the whole database, about. */
    private static long sizeOfKeys(Command command, Keyspace keyspace, Bytes[] words) {
        if (command.keySpecs().isEmpty()) {
            return 64 * keyspace.size();
        }
        long bytes = 0;
        for (int position : command.keyPositions(words)) {
            bytes += Math.max(keyspace.memoryUsage(words[position]), 0);
        }
        return bytes;
    }

    private Reply answer(Command command, ScriptRun run, Bytes[] words) {
        @Nullable Local local = LOCALS.get(command.name());
        return local == null ? REFUSED : local.run(this, run, words);
    }

    private static Reply select(ScriptRun run, Bytes word) {
        OptionalLong index = Numeral.parseLong(word);
        if (index.isEmpty()) {
            throw CommandException.notInteger();
        }
        if (index.getAsLong() < 0 || index.getAsLong() >= Databases.COUNT) {
            throw Errors.noSuchDatabase();
        }
        run.select((int) index.getAsLong());
        return Reply.OK;
    }

    /** The log's time: the same for all of the script, and on every replica. */
    private Reply time() {
        long millis = caller.nowMillis();
        return Reply.array(List.of(
                Reply.bulk(Bytes.of(Math.floorDiv(millis, 1000))),
                Reply.bulk(Bytes.of(Math.floorMod(millis, 1000) * 1000L))));
    }

    /** Who hears the message is not part of the state: it counts as heard by nobody. */
    private Reply publish(Bytes channel, Bytes message) {
        caller.databases().publish(channel, message);
        return Reply.of(0);
    }

    /** Nothing of the script is anywhere before it has ended. */
    private static Reply countReplicas(Bytes[] words) {
        if (Numeral.parseLong(words[1]).isEmpty() || Numeral.parseLong(words[2]).isEmpty()) {
            throw CommandException.notInteger();
        }
        return Reply.of(0);
    }
}
