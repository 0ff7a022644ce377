package io.ratiskv.machine;

import io.ratiskv.acl.UserTable;
import io.ratiskv.keyspace.Databases;
import io.ratiskv.script.Scripts;
import java.util.List;

/** A machine while it is filled from a snapshot. Confined to the thread that reads the snapshot. */
public final class Restoration {
    private final KeyValueStateMachine machine;

    /** @throws IllegalArgumentException if a setting has a value it can not have */
    public Restoration(MachineState state) {
        machine = new KeyValueStateMachine(state);
    }

    /** To be filled by its {@code restore} methods alone. */
    public Databases databases() {
        return machine.databases();
    }

    /** What the snapshot holds of scripts, if it does. */
    public void scripts(Scripts.State state) {
        machine.scripts().restore(state);
    }

    /** Takes over users in place of those there are at first. */
    public void users(UserTable users) {
        machine.usersToRestore().restore(users);
    }

    /**
     * What the snapshot holds of clients' sessions, if it does.
     *
     * @param uses how many uses there were
     */
    public void sessions(long uses, List<ClientSession> sessions) {
        machine.sessions().restore(uses, sessions);
    }

    /** The machine, complete; its further use ends this restoration. */
    public KeyValueStateMachine machine() {
        machine.databases().restored();
        return machine;
    }
}
