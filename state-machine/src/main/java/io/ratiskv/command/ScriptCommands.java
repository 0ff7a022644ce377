package io.ratiskv.command;

import static io.ratiskv.command.Category.SCRIPTING;
import static io.ratiskv.command.Flag.ALLOW_BUSY;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.MAY_REPLICATE;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.SKIP_MONITOR;
import static io.ratiskv.command.Flag.STALE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.script.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scripts. Confined to whoever holds the state's lock. */
final class ScriptCommands {
    private static final CommandException NO_SCRIPT =
            new CommandException("NOSCRIPT No matching script. Please use EVAL.");

    private ScriptCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SCRIPTING);

        running(
                        table.write("EVAL script numkeys [key [key ...]] [arg [arg ...]]", ScriptCommands::eval),
                        "RW access update")
                .with(MAY_REPLICATE)
                .without(Flag.WRITE)
                .since("2.6.0")
                .summary("Runs a script.");

        running(
                        table.write("EVALSHA sha1 numkeys [key [key ...]] [arg [arg ...]]", ScriptCommands::evalSha),
                        "RW access update")
                .with(MAY_REPLICATE)
                .without(Flag.WRITE)
                .since("2.6.0")
                .summary("Runs a script that was loaded or run before.");

        running(table.read("EVAL_RO script numkeys [key [key ...]] [arg [arg ...]]", ScriptCommands::eval), "RO access")
                .since("7.0.0")
                .summary("Runs a script that only reads.");

        running(
                        table.read("EVALSHA_RO sha1 numkeys [key [key ...]] [arg [arg ...]]", ScriptCommands::evalSha),
                        "RO access")
                .since("7.0.0")
                .summary("Runs a script that was loaded or run before and only reads.");

        declareKeeping(table);
    }

    /** What all commands that run something have in common. */
    static Declaration running(Declaration command, String keyFlags) {
        return command.in(SCRIPTING)
                .with(NOSCRIPT, SKIP_MONITOR, STALE)
                .complexity("Depends on the script.")
                .keys(keyFlags);
    }

    private static void declareKeeping(Declarations table) {
        table.container("SCRIPT").since("2.6.0").summary("Keeps scripts.");

        table.local("SCRIPT DEBUG <YES | SYNC | NO>")
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("3.2.0")
                .summary("Refused but for NO: there is no debugger.");

        table.read("SCRIPT EXISTS sha1 [sha1 ...]", ScriptCommands::exist)
                .without(Flag.READONLY)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("2.6.0")
                .complexity("O(N), N scripts.")
                .tips("request_policy:all_shards", "response_policy:agg_logical_and")
                .summary("Returns which scripts EVALSHA would find.");

        table.write("SCRIPT FLUSH [ASYNC | SYNC]", ScriptCommands::flush)
                .without(Flag.WRITE)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("2.6.0")
                .complexity("O(N), N scripts.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Forgets all scripts, on every node.");

        table.local("SCRIPT KILL")
                .in(SCRIPTING)
                .with(NOSCRIPT, ALLOW_BUSY)
                .since("2.6.0")
                .tips("request_policy:all_shards", "response_policy:one_succeeded")
                .summary("Answers that no script is running: each ends by itself.");

        table.write("SCRIPT LOAD script", ScriptCommands::load)
                .without(Flag.WRITE)
                .in(SCRIPTING)
                .with(NOSCRIPT, STALE)
                .since("2.6.0")
                .complexity("O(N), N bytes of the script.")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .summary("Keeps a script, on every node; returns its SHA-1.");

        table.read("SCRIPT SHOW sha1", ScriptCommands::show)
                .without(Flag.READONLY)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("8.0.0")
                .summary("Returns a script that is kept.");

        table.help("SCRIPT").in(SCRIPTING).with(LOADING, STALE).since("5.0.0");
    }

    private static Reply eval(Call call) {
        Bytes body = call.take();
        int keys = takeKeyCount(call, CommandException.notInteger());
        Script script = call.scripts().evaluate(body, isLogged(call));
        return run(call, script, keys);
    }

    private static Reply evalSha(Call call) {
        Bytes sha = call.take();
        if (sha.length() != 40) {
            throw NO_SCRIPT;
        }
        int keys = takeKeyCount(call, CommandException.notInteger());
        @Nullable Script script = call.scripts().find(sha, isLogged(call));
        if (script == null) {
            throw NO_SCRIPT;
        }
        return run(call, script, keys);
    }

    private static Reply run(Call call, Script script, int keys) {
        List<Bytes> keyWords = call.take(keys);
        List<Bytes> arguments = call.takeRest();
        return call.scripts()
                .run(script, new ScriptedCommands(call), call.database(), !isLogged(call), keyWords, arguments);
    }

    /** Whether every replica runs it, so that it may change what they keep. */
    static boolean isLogged(Call call) {
        return call.command().kind() == Kind.WRITE;
    }

    /** How many keys follow, which must be there. */
    static int takeKeyCount(Call call, CommandException otherwise) {
        long keys = call.takeLong(otherwise);
        if (keys > call.remaining()) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        if (keys < 0) {
            throw new CommandException("ERR Number of keys can't be negative");
        }
        return (int) keys;
    }

    private static Reply load(Call call) {
        return Reply.bulk(call.scripts().load(call.take()));
    }

    private static Reply exist(Call call) {
        List<Reply> found = new ArrayList<>();
        while (call.hasMore()) {
            found.add(Reply.of(call.scripts().body(call.take()) != null));
        }
        return Reply.array(found);
    }

    private static Reply show(Call call) {
        @Nullable Bytes body = call.scripts().body(call.take());
        if (body == null) {
            throw NO_SCRIPT;
        }
        return Reply.bulk(body);
    }

    private static Reply flush(Call call) {
        boolean known = !call.hasMore() || call.accept("ASYNC") || call.accept("SYNC");
        if (!known || call.hasMore()) {
            throw new CommandException("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
        }

        call.scripts().flush();
        return Reply.OK;
    }
}
