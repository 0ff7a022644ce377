package io.ratiskv.machine;

import io.ratiskv.keyspace.FrozenDatabases;

/**
 * The whole state as it was at one index. Immutable; any thread that received it safely. It keeps alive what has changed
 * since: let go of it soon.
 */
public final class Frozen {
    private final MachineState state;
    private final FrozenDatabases databases;
    private final long memoryBytes;

    Frozen(MachineState state, FrozenDatabases databases, long memoryBytes) {
        this.state = state;
        this.databases = databases;
        this.memoryBytes = memoryBytes;
    }

    public long index() {
        return state.index();
    }

    public long logTimeMillis() {
        return state.logTimeMillis();
    }

    public MachineState state() {
        return state;
    }

    public FrozenDatabases databases() {
        return databases;
    }

    /** The memory account. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Folds all keys, on the caller's thread: about a second for every few million. */
    public Digest digest() {
        DigestFold fold = new DigestFold(logTimeMillis());
        for (int database = 0; database < io.ratiskv.keyspace.Databases.COUNT; database++) {
            databases.forEach(database, fold.of(database));
        }
        fold.scripts(state.scripts());
        fold.users(state.users());
        fold.sessions(state.sessions().sessions());
        return fold.digest();
    }
}
