package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.lua.Args;
import io.ratiskv.lua.BaseLibrary;
import io.ratiskv.lua.Libraries;
import io.ratiskv.lua.LuaError;
import io.ratiskv.lua.LuaString;
import io.ratiskv.lua.LuaTable;
import io.ratiskv.value.DoubleText;
import org.jspecify.annotations.Nullable;

/** The functions of {@code redis}, and what Redis puts in the place of Lua's own. Stateless. */
final class RedisApi {
    /** The version of Redis whose behaviour scripts may count on. */
    private static final String VERSION = "7.2.5";

    private static final int VERSION_NUMBER = 0x070205;

    private static final LuaString ERR = LuaString.constant("err");
    private static final LuaString OK = LuaString.constant("ok");

    private static final String[] LOG_LEVELS = {"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"};

    /** AOF and replicas. */
    private static final int REPLICATION_FLAGS = 3;

    /** Steps for a command, beside those for its words, its reply and what it went over. */
    private static final int COMMAND_STEPS = 100;

    private static final int WORD_STEPS = 12;
    private static final int BYTES_PER_STEP = 16;

    /** A number beyond half of 64 bits is written as one with a fraction. */
    private static final double INTEGER_MAX = 0x1p62;

    private RedisApi() {}

    /** Adds what scripts and functions see beside Lua's libraries. */
    static LuaTable install(Libraries libraries) {
        LuaTable globals = libraries.globals();
        libraries.function(globals, "pcall", RedisApi::protectedCall);
        if (globals.get(LuaString.constant("math")) instanceof LuaTable math) {
            libraries.function(math, "random", RedisApi::random);
            libraries.function(math, "randomseed", args -> {
                run(args).random().seed(args.integer(0));
                return args.none();
            });
        }
        LuaTable redis = libraries.library("redis");
        // Valkey's name for the same.
        Libraries.value(globals, "server", redis);
        libraries.function(redis, "call", args -> call(args, true));
        libraries.function(redis, "pcall", args -> call(args, false));
        libraries.function(redis, "sha1hex", RedisApi::sha1);
        libraries.function(redis, "error_reply", RedisApi::errorReply);
        libraries.function(redis, "status_reply", RedisApi::statusReply);
        libraries.function(redis, "setresp", RedisApi::setProtocol);
        libraries.function(redis, "set_repl", RedisApi::setReplication);
        libraries.function(redis, "acl_check_cmd", RedisApi::checkCommand);
        String[] replication = {"REPL_NONE", "REPL_AOF", "REPL_SLAVE", "REPL_ALL"};
        for (int i = 0; i < replication.length; i++) {
            Libraries.value(redis, replication[i], (double) i);
        }
        Libraries.value(redis, "REPL_REPLICA", 2.0);
        installBasics(libraries, redis);
        return redis;
    }

    /** What EVAL's scripts see beside that. */
    static void installDebugging(Libraries libraries, LuaTable redis) {
        libraries.function(redis, "breakpoint", args -> args.give(false));
        libraries.function(redis, "debug", Args::none);
        libraries.function(redis, "replicate_commands", args -> args.give(true));
    }

    /** What the code of a library sees while it is loaded, as well. */
    static void installBasics(Libraries libraries, LuaTable redis) {
        libraries.function(redis, "log", RedisApi::log);
        for (int i = 0; i < LOG_LEVELS.length; i++) {
            Libraries.value(redis, LOG_LEVELS[i], (double) i);
        }
        Libraries.value(redis, "REDIS_VERSION", VERSION);
        Libraries.value(redis, "REDIS_VERSION_NUM", (double) VERSION_NUMBER);
    }

    /** Whoever reads what the table does not have is told so. */
    static void protectReads(Libraries libraries, LuaTable table) {
        LuaTable metatable = libraries.newTable();
        libraries.function(metatable, "__index", RedisApi::nonexistent);
        table.setMetatable(metatable);
    }

    private static int nonexistent(Args args) {
        if (args.count() != 2) {
            throw new LuaError("Wrong number of arguments to luaProtectedTableError");
        }
        if (!(args.at(1) instanceof LuaString) && !(args.at(1) instanceof Double)) {
            throw new LuaError("Second argument to luaProtectedTableError must be a string or number");
        }
        throw new LuaError("Script attempted to access nonexistent global variable '" + args.string(1) + "'");
    }

    static ScriptRun run(Args args) {
        return (ScriptRun) args.lua().attachment();
    }

    static LuaError error(Args args, String text) {
        return LuaError.of(Replies.error(args.lua(), text));
    }

    // --- commands -----------------------------------------------------------------------------------------------

    private static int call(Args args, boolean raises) {
        Bytes @Nullable [] words = words(args);
        if (words == null) {
            LuaTable refusal = Replies.error(args.lua(), refusedWords(args));
            if (raises) {
                throw LuaError.of(refusal);
            }
            return args.give(refusal);
        }
        long bytes = 0;
        for (Bytes word : words) {
            bytes += word.length();
        }
        ScriptRun run = run(args);
        args.lua().meter().spend(COMMAND_STEPS + WORD_STEPS * words.length + bytes / BYTES_PER_STEP);
        Reply reply = run.host().call(run, words);
        args.lua().meter().spend(run.takeWork());
        Object value = Replies.toLua(args.lua(), reply, run.protocol());
        if (raises && reply instanceof Reply.Failure) {
            throw LuaError.of(value);
        }
        return args.give(value);
    }

    /** Null if there is none, or one is neither a string nor a number. */
    private static Bytes @Nullable [] words(Args args) {
        if (args.count() == 0) {
            return null;
        }
        Bytes[] words = new Bytes[args.count()];
        for (int i = 0; i < words.length; i++) {
            Object value = args.at(i);
            if (value instanceof LuaString string) {
                words[i] = string.toBytes();
            } else if (value instanceof Double number) {
                words[i] = Bytes.of(text(number));
            } else {
                return null;
            }
        }
        return words;
    }

    private static String refusedWords(Args args) {
        return args.count() == 0
                ? "Please specify at least one argument for this redis lib call"
                : "Lua redis lib command arguments must be strings or integers";
    }

    private static String text(double number) {
        if (number == (long) number && Math.abs(number) <= INTEGER_MAX) {
            return Long.toString((long) number);
        }
        return Double.isNaN(number) ? "-nan" : DoubleText.shortest(number);
    }

    private static int checkCommand(Args args) {
        Bytes @Nullable [] words = words(args);
        if (words == null) {
            throw error(args, refusedWords(args));
        }
        if (!run(args).host().knows(words)) {
            throw error(args, "Invalid command passed to redis.acl_check_cmd()");
        }
        return args.give(run(args).host().allows(words));
    }

    // --- replies ------------------------------------------------------------------------------------------------

    private static int errorReply(Args args) {
        if (args.count() != 1 || !(args.at(0) instanceof LuaString text)) {
            return args.give(Replies.error(args.lua(), "wrong number or type of arguments"));
        }
        String message = text.toString();
        return args.give(Replies.error(args.lua(), message.startsWith("-") ? message : "-" + message));
    }

    private static int statusReply(Args args) {
        if (args.count() != 1 || !(args.at(0) instanceof LuaString text)) {
            return args.give(Replies.error(args.lua(), "wrong number or type of arguments"));
        }
        LuaTable status = args.lua().newTable(0, 1);
        status.set(OK, text);
        return args.give(status);
    }

    private static int sha1(Args args) {
        if (args.count() != 1) {
            throw error(args, "wrong number of arguments");
        }
        Bytes message = args.at(0) instanceof LuaString || args.at(0) instanceof Double
                ? args.string(0).toBytes()
                : Bytes.EMPTY;
        args.lua().meter().spend(message.length());
        return args.give(args.lua().string(Sha1.hex(message)));
    }

    // --- the run ------------------------------------------------------------------------------------------------

    private static double numberOrZero(Args args, int index) {
        try {
            return args.number(index);
        } catch (LuaError notNumber) {
            return 0;
        }
    }

    private static int setProtocol(Args args) {
        if (args.count() != 1) {
            throw error(args, "redis.setresp() requires one argument.");
        }
        int version = (int) numberOrZero(args, 0);
        if (version != 2 && version != 3) {
            throw error(args, "RESP version must be 2 or 3.");
        }
        run(args).setProtocol(version);
        return args.none();
    }

    /** All of a script is in the log, whatever it chooses: only its words are checked. */
    private static int setReplication(Args args) {
        if (args.count() != 1) {
            throw error(args, "redis.set_repl() requires one argument.");
        }
        if (((int) numberOrZero(args, 0) & ~REPLICATION_FLAGS) != 0) {
            throw error(args, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return args.none();
    }

    /** The core writes no log: what is logged is checked and dropped. */
    private static int log(Args args) {
        if (args.count() < 2) {
            throw error(args, "redis.log() requires two arguments or more.");
        }
        double level;
        try {
            level = args.number(0);
        } catch (LuaError notNumber) {
            throw error(args, "First argument must be a number (log level).");
        }
        if (level < 0 || level >= LOG_LEVELS.length) {
            throw error(args, "Invalid debug level.");
        }
        return args.none();
    }

    private static int random(Args args) {
        double drawn = run(args).random().next() % Integer.MAX_VALUE / (double) Integer.MAX_VALUE;
        if (args.count() == 0) {
            return args.give(drawn);
        }
        if (args.count() > 2) {
            throw new LuaError("wrong number of arguments");
        }
        int lower = args.count() == 1 ? 1 : args.integer(0);
        int upper = args.integer(args.count() - 1);
        if (lower > upper) {
            throw args.bad(args.count() - 1, "interval is empty");
        }
        return args.give(Math.floor(drawn * (upper - lower + 1)) + lower);
    }

    /** Gives the text of an error of Redis, where Lua gives the table that holds it. */
    private static int protectedCall(Args args) {
        if (args.count() == 0) {
            return args.give(false, args.lua().string("attempt to call a boolean value"));
        }
        return BaseLibrary.protectedCall(args, value -> {
            Object text = value instanceof LuaTable table ? table.get(ERR) : null;
            return text instanceof LuaString || text instanceof Double ? text : value;
        });
    }
}
