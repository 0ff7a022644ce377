package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The scripts and libraries of the state. Confined to whoever holds the state's lock.
 *
 * <p>What SCRIPT LOAD took stays until SCRIPT FLUSH. Of what EVAL brought the last used stay, by the order of the log,
 * so that EVALSHA finds the same on every replica, whoever leads.
 */
public final class Scripts {
    private static final int EVALUATED_MAX = 500;
    private static final long EVALUATED_BYTES_MAX = 16 << 20;

    private final ScriptEngine engine = new ScriptEngine();
    private final Map<String, Script> loaded = new LinkedHashMap<>();
    /** The least recently used first. */
    private final Map<String, Script> evaluated = new LinkedHashMap<>();

    private long evaluatedBytes;
    private SortedMap<String, Library> libraries = new TreeMap<>();
    /** The library of each function, by the function's name in lower case. */
    private SortedMap<String, Library> libraryOf = new TreeMap<>();

    /**
     * All there is, for a snapshot. Immutable.
     *
     * @param evaluated the least recently used first
     */
    public record State(List<Bytes> loaded, List<Bytes> evaluated, List<Library> libraries) {
        public static final State EMPTY = new State(List.of(), List.of(), List.of());
    }

    public State state() {
        return new State(bodies(loaded), bodies(evaluated), List.copyOf(libraries.values()));
    }

    private static List<Bytes> bodies(Map<String, Script> scripts) {
        return scripts.values().stream().map(Script::body).toList();
    }

    /** Takes over what a snapshot holds; to be called once, on what is new. */
    public void restore(State state) {
        for (Bytes body : state.loaded()) {
            Script script = script(body);
            loaded.put(script.sha(), script);
        }
        for (Bytes body : state.evaluated()) {
            use(script(body));
        }
        for (Library library : state.libraries()) {
            link(libraries, libraryOf, library);
        }
    }

    // --- scripts ------------------------------------------------------------------------------------------------

    /** The script of a body, which need not be known. */
    private static Script script(Bytes body) {
        Bytes own = Bytes.wrap(body.toByteArray());
        return new Script(Sha1.hex(body), own, Header.flags(body));
    }

    /**
     * SCRIPT LOAD; returns the name.
     *
     * @throws CommandException if it does not compile
     */
    public String load(Bytes body) {
        Script script = script(body);
        engine.check(script);
        if (evaluated.remove(script.sha()) != null) {
            evaluatedBytes -= script.body().length();
        }
        loaded.putIfAbsent(script.sha(), script);
        return script.sha();
    }

    /**
     * The script of a body.
     *
     * @param keeps whether it is kept, for EVALSHA
     * @throws CommandException if it does not compile
     */
    public Script evaluate(Bytes body, boolean keeps) {
        String sha = Sha1.hex(body);
        Script known = known(sha);
        Script script = known != null ? known : script(body);
        if (known == null) {
            engine.check(script);
        }
        if (keeps) {
            use(script);
        }
        return script;
    }

    /**
     * The script of a name, in either case; null if it is not kept.
     *
     * @param keeps whether this counts as a use
     */
    public @Nullable Script find(Bytes name, boolean keeps) {
        Script script = known(name.latin1().toLowerCase(Locale.ROOT));
        if (script != null && keeps) {
            use(script);
        }
        return script;
    }

    /** The body of the script of a name, in either case; null if it is not kept. */
    public @Nullable Bytes body(Bytes name) {
        Script script = known(name.latin1().toLowerCase(Locale.ROOT));
        return script == null ? null : script.body();
    }

    private @Nullable Script known(String sha) {
        Script script = loaded.get(sha);
        return script != null ? script : evaluated.get(sha);
    }

    /** Makes it the last used of those that EVAL brought. */
    private void use(Script script) {
        if (loaded.containsKey(script.sha()) || script.body().length() > EVALUATED_BYTES_MAX) {
            return;
        }
        if (evaluated.remove(script.sha()) == null) {
            evaluatedBytes += script.body().length();
        }
        evaluated.put(script.sha(), script);
        var oldest = evaluated.values().iterator();
        while (evaluated.size() > EVALUATED_MAX || evaluatedBytes > EVALUATED_BYTES_MAX) {
            evaluatedBytes -= oldest.next().body().length();
            oldest.remove();
        }
    }

    /** SCRIPT FLUSH. */
    public void flush() {
        loaded.clear();
        evaluated.clear();
        evaluatedBytes = 0;
    }

    public int scripts() {
        return loaded.size() + evaluated.size();
    }

    public Reply run(
            Script script, ScriptHost host, int database, boolean readOnly, List<Bytes> keys, List<Bytes> arguments) {
        Set<ScriptFlag> flags = script.flags();
        boolean refusesWrites = readOnly || flags != null && flags.contains(ScriptFlag.NO_WRITES);
        if (flags != null) {
            requireRunnable(flags, host, readOnly);
        }
        ScriptRun run = new ScriptRun(host, database, refusesWrites, script.has(ScriptFlag.ALLOW_OOM));
        return engine.run(script, run, keys, arguments);
    }

    private static void requireRunnable(Set<ScriptFlag> flags, ScriptHost host, boolean readOnly) {
        if (flags.contains(ScriptFlag.NO_WRITES)) {
            return;
        }
        if (readOnly) {
            throw new CommandException("ERR Can not execute a script with write flag using *_ro command.");
        }
        if (!flags.contains(ScriptFlag.ALLOW_OOM)) {
            host.requireRoom();
        }
    }

    // --- functions ----------------------------------------------------------------------------------------------

    /** All libraries, sorted by name. */
    public Collection<Library> libraries() {
        return libraries.values();
    }

    public int functions() {
        return libraries.values().stream().mapToInt(it -> it.functions().size()).sum();
    }

    /** A function, and the library it is in. */
    public record Found(Library library, Library.Function function) {}

    /** The function of a name, in either case; null if there is none. */
    public @Nullable Found function(Bytes name) {
        String lower = name.latin1().toLowerCase(Locale.ROOT);
        Library library = libraryOf.get(lower);
        if (library == null) {
            return null;
        }
        for (Library.Function function : library.functions()) {
            if (function.name().toLowerCase(Locale.ROOT).equals(lower)) {
                return new Found(library, function);
            }
        }
        throw new IllegalStateException("library " + library.name() + " without " + lower);
    }

    public Reply run(
            Found found, ScriptHost host, int database, boolean readOnly, List<Bytes> keys, List<Bytes> arguments) {
        Set<ScriptFlag> flags = found.function().flags();
        requireRunnable(flags, host, readOnly);
        boolean refusesWrites = readOnly || flags.contains(ScriptFlag.NO_WRITES);
        ScriptRun run = new ScriptRun(host, database, refusesWrites, flags.contains(ScriptFlag.ALLOW_OOM));
        return engine.run(found.library(), found.function().name(), run, keys, arguments);
    }

    /**
     * FUNCTION LOAD; returns the name of the library.
     *
     * @throws CommandException if anything is wrong with it: then nothing changed
     */
    public String loadLibrary(Bytes code, boolean replaces) {
        String name = Header.libraryName(code);
        if (libraries.containsKey(name) && !replaces) {
            throw new CommandException("ERR Library '" + name + "' already exists");
        }
        Library library = library(name, code);
        SortedMap<String, Library> others = new TreeMap<>(libraryOf);
        others.values().removeIf(it -> it.name().equals(name));
        requireNew(others, library);
        libraryOf = others;
        link(libraries, libraryOf, library);
        return name;
    }

    private Library library(String name, Bytes code) {
        Bytes own = Bytes.wrap(code.toByteArray());
        List<Library.Function> functions = engine.load(own);
        if (functions.isEmpty()) {
            throw new CommandException("ERR No functions registered");
        }
        return new Library(name, own, functions);
    }

    private static void requireNew(SortedMap<String, Library> known, Library library) {
        for (Library.Function function : library.functions()) {
            if (known.containsKey(function.name().toLowerCase(Locale.ROOT))) {
                throw new CommandException("ERR Function " + function.name() + " already exists");
            }
        }
    }

    private static void link(Map<String, Library> libraries, Map<String, Library> libraryOf, Library library) {
        libraries.put(library.name(), library);
        for (Library.Function function : library.functions()) {
            libraryOf.put(function.name().toLowerCase(Locale.ROOT), library);
        }
    }

    /** FUNCTION DELETE; false if there is no such library. */
    public boolean deleteLibrary(Bytes name) {
        Library library = libraries.remove(name.latin1());
        if (library == null) {
            return false;
        }
        libraryOf.values().removeIf(it -> it.name().equals(library.name()));
        return true;
    }

    /** FUNCTION FLUSH. */
    public void flushLibraries() {
        libraries.clear();
        libraryOf.clear();
    }

    /** What FUNCTION RESTORE does with libraries that are there. */
    public enum Policy {
        FLUSH,
        APPEND,
        REPLACE
    }

    /**
     * FUNCTION RESTORE.
     *
     * @throws CommandException if anything is wrong with one of them: then nothing changed
     */
    public void restoreLibraries(List<Bytes> codes, Policy policy) {
        SortedMap<String, Library> incoming = new TreeMap<>();
        SortedMap<String, Library> incomingOf = new TreeMap<>();
        for (Bytes code : codes) {
            String name = Header.libraryName(code);
            if (incoming.containsKey(name)) {
                throw new CommandException("ERR Library '" + name + "' already exists");
            }
            Library library = library(name, code);
            requireNew(incomingOf, library);
            link(incoming, incomingOf, library);
        }

        SortedMap<String, Library> all = new TreeMap<>();
        if (policy != Policy.FLUSH) {
            all.putAll(libraries);
        }
        for (String name : incoming.keySet()) {
            if (all.containsKey(name) && policy == Policy.APPEND) {
                throw new CommandException("ERR Library " + name + " already exists");
            }
            all.remove(name);
        }
        SortedMap<String, Library> allOf = new TreeMap<>();
        List<Library> kept = new ArrayList<>(all.values());
        kept.forEach(it -> link(all, allOf, it));
        for (Library library : incoming.values()) {
            requireNew(allOf, library);
        }
        incoming.values().forEach(it -> link(all, allOf, it));
        libraries = all;
        libraryOf = allOf;
    }
}
