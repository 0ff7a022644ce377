package io.ratiskv.cli.migration;

import java.util.SortedMap;
import java.util.TreeMap;

/** What an import has done. Confined to the thread of the import. */
public final class Tally {
    private final SortedMap<Integer, Long> keys = new TreeMap<>();
    private long totalKeys;
    private long expired;
    private long modules;
    private long functions;
    private long commands;
    private long bytes;
    private long lag = -1;

    void key(int database) {
        keys.merge(database, 1L, Long::sum);
        totalKeys++;
    }

    void expired() {
        expired++;
    }

    void module() {
        modules++;
    }

    void function() {
        functions++;
    }

    void command() {
        commands++;
    }

    void read(long more) {
        bytes += more;
    }

    void readUpTo(long all) {
        bytes = all;
    }

    void lag(long now) {
        lag = now;
    }

    /** How many bytes the source is ahead; -1 while that is not known. */
    public long lagBytes() {
        return lag;
    }

    /** Of an RDB file, loaded into each database. */
    public SortedMap<Integer, Long> keys() {
        return keys;
    }

    public long totalKeys() {
        return totalKeys;
    }

    /** Keys left out because their deadline had passed. */
    public long expiredKeys() {
        return expired;
    }

    /** Keys left out because only a module knows what they hold. */
    public long moduleKeys() {
        return modules;
    }

    /** Libraries of functions. */
    public long functions() {
        return functions;
    }

    /** Done, which came as commands. */
    public long commands() {
        return commands;
    }

    /** Read from the source. */
    public long bytes() {
        return bytes;
    }
}
