package io.ratiskv.script;

import io.ratiskv.lua.Exhausted;
import io.ratiskv.lua.LuaClosure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of a script, as far as it concerns Redis. Confined to whoever holds the state's lock. */
public final class ScriptRun {
    /** What the data may grow by, as the memory account has it. */
    private static final long ADDED_BYTES_MAX = 128L << 20;

    private final ScriptHost host;
    private final boolean readOnly;
    private final boolean admitsGrowth;
    private int database;
    private int protocol = 2;
    private @Nullable Random48 random;

    /** Steps that the commands it called took beside those that are counted by their words and replies. */
    private long work;

    /** What a library registers while its code runs: null at any other time. */
    private @Nullable Registered registered;

    ScriptRun(ScriptHost host, int database, boolean readOnly, boolean admitsGrowth) {
        this.host = host;
        this.database = database;
        this.readOnly = readOnly;
        this.admitsGrowth = admitsGrowth;
    }

    ScriptHost host() {
        return host;
    }

    /** Whether commands that write are refused. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** Whether its commands run whatever room they take. */
    public boolean admitsGrowth() {
        return admitsGrowth;
    }

    /** The database its commands use. */
    public int database() {
        return database;
    }

    public void select(int index) {
        database = index;
    }

    /** The RESP version in which its commands answer. */
    public int protocol() {
        return protocol;
    }

    void setProtocol(int version) {
        protocol = version;
    }

    /** A command went over so many elements. */
    public void works(long elements) {
        work += elements;
    }

    /**
     * The data has grown by so many bytes since the run began.
     *
     * @throws Exhausted if that is too much for one run
     */
    public void added(long bytes) {
        if (bytes > ADDED_BYTES_MAX) {
            throw new Exhausted("it added more than " + ADDED_BYTES_MAX + " bytes to the data");
        }
    }

    long takeWork() {
        long taken = work;
        work = 0;
        return taken;
    }

    Random48 random() {
        if (random == null) {
            random = new Random48((int) host.luck());
        }
        return random;
    }

    /** From now on functions are registered. */
    Registered beginLoading() {
        Registered begun = new Registered();
        registered = begun;
        return begun;
    }

    void endLoading() {
        registered = null;
    }

    @Nullable
    Registered registered() {
        return registered;
    }

    /** Functions in the order in which they were registered. */
    static final class Registered {
        final Map<String, Library.Function> functions = new LinkedHashMap<>();
        final Map<String, LuaClosure> callbacks = new LinkedHashMap<>();
    }
}
