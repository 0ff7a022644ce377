package io.ratiskv.command;

import static io.ratiskv.command.Category.SCRIPTING;
import static io.ratiskv.command.Flag.ALLOW_BUSY;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.MAY_REPLICATE;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.STALE;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.script.FunctionPayload;
import io.ratiskv.script.Library;
import io.ratiskv.script.ScriptFlag;
import io.ratiskv.script.Scripts;
import io.ratiskv.value.GlobPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Libraries of functions. Confined to whoever holds the state's lock. */
final class FunctionCommands {
    private static final CommandException BAD_COUNT = new CommandException("ERR Bad number of keys provided");

    private FunctionCommands() {}

    static void declare(Declarations table) {
        table.group(Group.SCRIPTING);

        ScriptCommands.running(
                        table.write("FCALL function numkeys [key [key ...]] [arg [arg ...]]", FunctionCommands::call),
                        "RW access update")
                .with(MAY_REPLICATE)
                .without(Flag.WRITE)
                .since("7.0.0")
                .summary("Calls a function.");

        ScriptCommands.running(
                        table.read("FCALL_RO function numkeys [key [key ...]] [arg [arg ...]]", FunctionCommands::call),
                        "RO access")
                .since("7.0.0")
                .summary("Calls a function that only reads.");

        table.container("FUNCTION").since("7.0.0").summary("Keeps libraries of functions.");
        declareChanges(table);
        declareLooks(table);
    }

    private static void declareChanges(Declarations table) {
        String[] tips = {"request_policy:all_shards", "response_policy:all_succeeded"};

        table.write("FUNCTION DELETE library-name", FunctionCommands::delete)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("7.0.0")
                .tips(tips)
                .summary("Deletes a library.");

        table.write("FUNCTION FLUSH [ASYNC | SYNC]", FunctionCommands::flush)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("7.0.0")
                .complexity("O(N), N functions.")
                .tips(tips)
                .summary("Deletes all libraries.");

        table.write("FUNCTION LOAD [REPLACE] function-code", FunctionCommands::load)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .denyOom()
                .since("7.0.0")
                .tips(tips)
                .summary("Makes a library of its code; returns its name.");

        table.write("FUNCTION RESTORE serialized-value [FLUSH | APPEND | REPLACE]", FunctionCommands::restore)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .denyOom()
                .since("7.0.0")
                .complexity("O(N), N functions.")
                .tips(tips)
                .summary("Makes libraries of what FUNCTION DUMP returned.");
    }

    private static void declareLooks(Declarations table) {
        table.read("FUNCTION DUMP", FunctionCommands::dump)
                .without(Flag.READONLY)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("7.0.0")
                .complexity("O(N), N functions.")
                .summary("Returns all libraries in one string.");

        table.read("FUNCTION LIST [LIBRARYNAME library-name-pattern:string] [WITHCODE]", FunctionCommands::list)
                .without(Flag.READONLY)
                .in(SCRIPTING)
                .with(NOSCRIPT)
                .since("7.0.0")
                .complexity("O(N), N functions.")
                .tips("nondeterministic_output_order")
                .summary("Returns the libraries and their functions.");

        table.read("FUNCTION STATS", FunctionCommands::statistics)
                .without(Flag.READONLY)
                .in(SCRIPTING)
                .with(NOSCRIPT, ALLOW_BUSY)
                .since("7.0.0")
                .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
                .summary("Returns how many libraries and functions there are.");

        table.local("FUNCTION KILL")
                .in(SCRIPTING)
                .with(NOSCRIPT, ALLOW_BUSY)
                .since("7.0.0")
                .tips("request_policy:all_shards", "response_policy:one_succeeded")
                .summary("Answers that no function is running: each ends by itself.");

        table.help("FUNCTION").in(SCRIPTING).with(LOADING, STALE).since("7.0.0");
    }

    private static Reply call(Call call) {
        Scripts.@Nullable Found found = call.scripts().function(call.take());
        if (found == null) {
            throw new CommandException("ERR Function not found");
        }
        int keys = ScriptCommands.takeKeyCount(call, BAD_COUNT);
        List<Bytes> keyWords = call.take(keys);
        List<Bytes> arguments = call.takeRest();
        boolean readOnly = !ScriptCommands.isLogged(call);
        return call.scripts().run(found, new ScriptedCommands(call), call.database(), readOnly, keyWords, arguments);
    }

    private static Reply load(Call call) {
        boolean replaces = false;
        while (call.remaining() > 1) {
            Bytes option = call.take();
            if (!option.equalsIgnoreCase("REPLACE")) {
                throw Errors.endingWith("ERR Unknown option given: ", option);
            }
            replaces = true;
        }
        return Reply.bulk(call.scripts().loadLibrary(call.take(), replaces));
    }

    private static Reply delete(Call call) {
        if (!call.scripts().deleteLibrary(call.take())) {
            throw new CommandException("ERR Library not found");
        }
        return Reply.OK;
    }

    private static Reply flush(Call call) {
        if (call.remaining() > 1) {
            throw call.unfitSubcommand();
        }
        if (call.hasMore() && !call.accept("ASYNC") && !call.accept("SYNC")) {
            throw new CommandException("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        }

        call.scripts().flushLibraries();
        return Reply.OK;
    }

    private static Reply dump(Call call) {
        return Reply.bulk(FunctionPayload.of(call.scripts().libraries()));
    }

    private static Reply restore(Call call) {
        Bytes payload = call.take();
        if (call.remaining() > 1) {
            throw call.unfitSubcommand();
        }
        Scripts.Policy policy = Scripts.Policy.APPEND;
        if (call.accept("FLUSH")) {
            policy = Scripts.Policy.FLUSH;
        } else if (call.accept("REPLACE")) {
            policy = Scripts.Policy.REPLACE;
        } else if (call.hasMore() && !call.accept("APPEND")) {
            throw new CommandException(
                    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
        }

        call.scripts().restoreLibraries(FunctionPayload.codes(payload), policy);
        return Reply.OK;
    }

    private static Reply list(Call call) {
        @Nullable GlobPattern pattern = null;
        boolean withCode = false;
        while (call.hasMore()) {
            if (!withCode && call.accept("WITHCODE")) {
                withCode = true;
            } else if (pattern == null && call.accept("LIBRARYNAME")) {
                if (!call.hasMore()) {
                    throw new CommandException("ERR library name argument was not given");
                }
                pattern = GlobPattern.compile(call.take(), /* ignoreCase= */ true);
            } else {
                throw new CommandException("ERR Unknown argument " + Errors.quoted(call.take()));
            }
        }

        List<Reply> libraries = new ArrayList<>();
        for (Library library : call.scripts().libraries()) {
            if (pattern == null || pattern.matches(Bytes.of(library.name()))) {
                libraries.add(describe(library, withCode));
            }
        }
        return Reply.array(libraries);
    }

    private static Reply describe(Library library, boolean withCode) {
        List<Reply> functions = new ArrayList<>();
        for (Library.Function function : library.functions()) {
            List<Reply> flags = new ArrayList<>();
            for (ScriptFlag flag : function.flags()) {
                flags.add(new Reply.Simple(flag.wireName()));
            }
            functions.add(new Reply.Map(List.of(
                    Reply.bulk("name"),
                    Reply.bulk(function.name()),
                    Reply.bulk("description"),
                    Reply.bulkOrNull(function.description()),
                    Reply.bulk("flags"),
                    new Reply.Set(flags))));
        }
        List<Reply> described = new ArrayList<>(List.of(
                Reply.bulk("library_name"),
                Reply.bulk(library.name()),
                Reply.bulk("engine"),
                Reply.bulk("LUA"),
                Reply.bulk("functions"),
                Reply.array(functions)));
        if (withCode) {
            described.add(Reply.bulk("library_code"));
            described.add(Reply.bulk(library.code()));
        }
        return new Reply.Map(described);
    }

    private static Reply statistics(Call call) {
        Reply counts = new Reply.Map(List.of(
                Reply.bulk("libraries_count"),
                Reply.of(call.scripts().libraries().size()),
                Reply.bulk("functions_count"),
                Reply.of(call.scripts().functions())));
        return new Reply.Map(List.of(
                Reply.bulk("running_script"),
                Reply.NULL,
                Reply.bulk("engines"),
                new Reply.Map(List.of(Reply.bulk("LUA"), counts))));
    }
}
