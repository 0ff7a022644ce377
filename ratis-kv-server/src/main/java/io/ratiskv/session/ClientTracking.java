package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.command.Command;
import io.ratiskv.command.Flag;
import java.util.SortedSet;
import java.util.TreeSet;

/** How one connection is told of changed keys: what CLIENT TRACKING chose. Confined to the event loop. */
final class ClientTracking {
    /** Whose keys are remembered. */
    enum Choice {
        ALL,
        /** Of requests behind CLIENT CACHING YES. */
        OPT_IN,
        /** Of all requests but those behind CLIENT CACHING NO. */
        OPT_OUT
    }

    private final boolean broadcasts;

    /** What it asked to hear of while {@link #broadcasts}; grows with each CLIENT TRACKING. */
    private final SortedSet<Bytes> prefixes = new TreeSet<>();

    private Choice choice = Choice.ALL;
    private boolean noLoop;
    private long redirect;
    private boolean redirectBroken;

    /** CLIENT CACHING was given for the request that follows, or for the transaction that is open. */
    private boolean cachingGiven;

    /** @param broadcasts it hears of all keys with its prefixes, read or not */
    ClientTracking(boolean broadcasts) {
        this.broadcasts = broadcasts;
    }

    /** @param redirectTo the number of the connection that is told, 0 for this one */
    void choose(Choice chosen, boolean ownChangesToo, long redirectTo) {
        choice = chosen;
        noLoop = !ownChangesToo;
        redirect = redirectTo;
        redirectBroken = false;
    }

    boolean broadcasts() {
        return broadcasts;
    }

    SortedSet<Bytes> prefixes() {
        return prefixes;
    }

    Choice choice() {
        return choice;
    }

    boolean noLoop() {
        return noLoop;
    }

    long redirect() {
        return redirect;
    }

    boolean redirectBroken() {
        return redirectBroken;
    }

    void breakRedirect() {
        redirectBroken = true;
    }

    boolean cachingGiven() {
        return cachingGiven;
    }

    void giveCaching() {
        cachingGiven = true;
    }

    /** A request was begun: what CLIENT CACHING said is used up, but by CLIENT itself and while a transaction is open. */
    void used(boolean byClientCommand, boolean inTransaction) {
        cachingGiven &= byClientCommand || inTransaction;
    }

    /** Whether the keys that a request of this command names are to be remembered, as of now. */
    boolean remembers(Command command) {
        return remembersNow() && reads(command);
    }

    /** Whether those of a transaction are, as of now. */
    boolean remembersNow() {
        return !broadcasts
                && switch (choice) {
                    case ALL -> true;
                    case OPT_IN -> cachingGiven;
                    case OPT_OUT -> !cachingGiven;
                };
    }

    static boolean reads(Command command) {
        return command.has(Flag.READONLY) && !command.has(Flag.PUBSUB);
    }
}
