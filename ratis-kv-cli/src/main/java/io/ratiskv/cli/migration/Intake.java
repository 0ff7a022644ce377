package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.rdb.RdbVisitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes what a source tells, values and commands, and hands to the cluster what has to be done. Confined to one thread. */
final class Intake implements RdbVisitor {
    /** They change nothing that is kept. */
    private static final Set<String> WITHOUT_TRACE = Set.of("PING", "REPLCONF", "PUBLISH", "SPUBLISH", "SELECT");

    /** They reach from one database into others. */
    private static final Set<String> ACROSS = Set.of("SWAPDB", "FLUSHALL", "MOVE");

    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final Loader loader;
    private final Options options;
    private final Tally tally;
    private final LongSupplier clockMillis;
    private final Runnable progress;
    private int database;
    private @Nullable List<Loader.Work> transaction;

    /** @param progress is run at every key and command */
    Intake(Loader loader, Options options, Tally tally, LongSupplier clockMillis, Runnable progress) {
        this.loader = loader;
        this.options = options;
        this.tally = tally;
        this.clockMillis = clockMillis;
        this.progress = progress;
    }

    @Override
    public void value(int itsDatabase, Bytes key, long expireAtMillis, Bytes payload) throws IOException {
        if (!options.takes(itsDatabase)) return;
        if (expireAtMillis <= clockMillis.getAsLong()) {
            tally.expired();
            // What it would replace has to go all the same.
            if (!options.replaces()) return;
        } else {
            tally.key(itsDatabase);
        }
        List<Bytes> words = new ArrayList<>(List.of(
                Bytes.of("RESTORE"),
                key,
                Bytes.of(expireAtMillis == NO_DEADLINE ? 0 : Math.max(1, expireAtMillis)),
                payload,
                Bytes.of("ABSTTL")));
        if (options.replaces()) words.add(Bytes.of("REPLACE"));
        add(itsDatabase, words);
    }

    @Override
    public void function(Bytes source) throws IOException {
        tally.function();
        List<Bytes> words = new ArrayList<>(List.of(Bytes.of("FUNCTION"), Bytes.of("LOAD")));
        if (options.replaces()) words.add(Bytes.of("REPLACE"));
        words.add(source);
        add(0, words);
    }

    @Override
    public void module(int itsDatabase, Bytes key, String module) throws IOException {
        if (!options.takes(itsDatabase)) return;
        if (!options.skipsModules()) {
            throw ImportException.refused("the key \"" + key + "\" in database " + itsDatabase
                    + " holds something that only the module of " + module
                    + " knows; --skip-modules leaves such keys out");
        }
        tally.module();
    }

    /** Takes a command of an append-only file or of a master. */
    void command(List<Bytes> words) throws IOException {
        String name = words.getFirst().latin1().toUpperCase(Locale.ROOT);
        switch (name) {
            case "SELECT" -> database = number(words);
            case "MULTI" -> transaction = new ArrayList<>();
            case "EXEC" -> {
                List<Loader.Work> together = transaction;
                transaction = null;
                if (together != null && !together.isEmpty()) loader.addTogether(together);
            }
            case "DISCARD" -> transaction = null;
            default -> {
                if (WITHOUT_TRACE.contains(name)) return;
                if (options.database() != null && reachesAcross(name, words)) {
                    throw ImportException.refused(
                            name + " reaches beyond one database: it cannot be followed with a database chosen");
                }
                if (!options.takes(database)) return;
                tally.command();
                add(database, words);
            }
        }
    }

    private static boolean reachesAcross(String name, List<Bytes> words) {
        return ACROSS.contains(name)
                || name.equals("COPY") && words.stream().anyMatch(word -> word.equalsIgnoreCase("DB"));
    }

    /** Whether a transaction has begun and not ended: nothing of it is handed on yet. */
    boolean isWithinTransaction() {
        return transaction != null;
    }

    private static int number(List<Bytes> words) throws ImportException {
        try {
            return Integer.parseInt(words.get(1).latin1());
        } catch (RuntimeException garbled) {
            throw ImportException.refused("SELECT of no database: " + words);
        }
    }

    private void add(int itsDatabase, List<Bytes> words) throws IOException {
        progress.run();
        Loader.Work work = new Loader.Work(itsDatabase, words.toArray(Bytes[]::new));
        if (transaction == null) loader.add(work);
        else transaction.add(work);
    }
}
