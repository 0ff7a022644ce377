package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.ListEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What follows from changes: the one place that turns a {@link Change} into effects. Confined to whoever holds the
 * state's lock.
 *
 * <p>What no one listens to costs nothing, and whether someone listens never changes the state.
 */
final class Consequences {
    private final List<Effect> effects = new ArrayList<>();
    private boolean keyEvents;
    private boolean invalidations;
    private boolean readiness;

    // What the running request reported last: HSET of ten fields is ten changes, but one event.
    private @Nullable Bytes lastKey;
    private int lastDatabase;
    private @Nullable String lastEvent;

    void listen(Set<EffectInterest> interests) {
        keyEvents = interests.contains(EffectInterest.KEY_EVENTS);
        invalidations = interests.contains(EffectInterest.INVALIDATIONS);
        readiness = interests.contains(EffectInterest.READINESS);
    }

    void beginRequest() {
        lastKey = null;
        lastEvent = null;
    }

    /** The effects since the last call, in order. */
    List<Effect> take() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    // Small enough to be inlined, so that a change nobody listens to is not even made.
    void of(Change change) {
        if (keyEvents || invalidations || readiness) {
            derive(change);
        }
    }

    private void derive(Change change) {
        switch (change) {
            case Change.StringPut c -> {
                event(c.database(), c.key(), "set");
                if (c.expireAtMillis() != Deadline.NONE) {
                    event(c.database(), c.key(), "expire");
                }
            }
            case Change.StringAppended c -> event(c.database(), c.key(), "append");
            case Change.StringRangePut c -> event(c.database(), c.key(), "setrange");
            case Change.StringIncremented c -> event(c.database(), c.key(), "incrby");
            case Change.StringIncrementedByDecimal c -> event(c.database(), c.key(), "incrbyfloat");
            case Change.HashFieldPut c -> event(c.database(), c.key(), "hset");
            case Change.HashFieldIncremented c -> event(c.database(), c.key(), "hincrby");
            case Change.HashFieldIncrementedByDecimal c -> event(c.database(), c.key(), "hincrbyfloat");
            case Change.HashFieldRemoved c -> event(c.database(), c.key(), "hdel");
            case Change.ListPushed c -> {
                event(c.database(), c.key(), c.end() == ListEnd.HEAD ? "lpush" : "rpush");
                ready(c.database(), c.key(), c.elements().size());
            }
            case Change.ListPopped c -> event(c.database(), c.key(), c.end() == ListEnd.HEAD ? "lpop" : "rpop");
            case Change.ListElementInserted c -> event(c.database(), c.key(), "linsert");
            case Change.ListElementSet c -> event(c.database(), c.key(), "lset");
            case Change.ListElementsRemoved c -> event(c.database(), c.key(), "lrem");
            case Change.ListTrimmed c -> event(c.database(), c.key(), "ltrim");
            case Change.SetMembersAdded c -> event(c.database(), c.key(), "sadd");
            case Change.SetMembersRemoved c -> event(c.database(), c.key(), "srem");
            case Change.SetMembersPopped c -> event(c.database(), c.key(), "spop");
            case Change.SetStored c ->
                event(
                        c.database(),
                        c.key(),
                        switch (c.algebra()) {
                            case UNION -> "sunionstore";
                            case INTERSECTION -> "sinterstore";
                            case DIFFERENCE -> "sdiffstore";
                        });
            case Change.ScorePut c -> {
                event(c.database(), c.key(), "zadd");
                readyIf(c.created(), c.database(), c.key(), 1);
            }
            case Change.ScoreIncremented c -> {
                event(c.database(), c.key(), "zincr");
                readyIf(c.created(), c.database(), c.key(), 1);
            }
            case Change.MembersUnscored c -> event(c.database(), c.key(), nameOf(c.unscoring()));
            case Change.SortedSetStored c -> {
                event(c.database(), c.key(), nameOf(c.origin()));
                ready(c.database(), c.key(), c.size());
            }
            case Change.KeyRemoved c -> event(c.database(), c.key(), "del");
            case Change.KeyExpired c -> event(c.database(), c.key(), "expired");
            case Change.DeadlineSet c -> event(c.database(), c.key(), "expire");
            case Change.DeadlineCleared c -> event(c.database(), c.key(), "persist");
            case Change.KeyRenamed c -> {
                event(c.database(), c.key(), "rename_from");
                event(c.database(), c.target(), "rename_to");
                ready(c.database(), c.target(), Integer.MAX_VALUE);
            }
            case Change.KeyCopied c -> {
                event(c.targetDatabase(), c.target(), "copy_to");
                ready(c.targetDatabase(), c.target(), Integer.MAX_VALUE);
            }
            case Change.KeyMoved c -> {
                event(c.database(), c.key(), "move_from");
                event(c.targetDatabase(), c.key(), "move_to");
                ready(c.targetDatabase(), c.key(), Integer.MAX_VALUE);
            }
            case Change.Flushed c -> allInvalidated(c.database());
            case Change.DatabasesSwapped c -> {
                allInvalidated(c.first());
                allInvalidated(c.second());
                allReady(c.first());
                allReady(c.second());
            }
        }
    }

    private static String nameOf(Change.Unscoring unscoring) {
        return switch (unscoring) {
            case BY_NAME -> "zrem";
            case BY_RANK -> "zremrangebyrank";
            case BY_SCORE -> "zremrangebyscore";
            case BY_STRING -> "zremrangebylex";
            case LOWEST -> "zpopmin";
            case HIGHEST -> "zpopmax";
        };
    }

    private static String nameOf(Change.SortedSetOrigin origin) {
        return switch (origin) {
            case UNION -> "zunionstore";
            case INTERSECTION -> "zinterstore";
            case DIFFERENCE -> "zdiffstore";
            case RANGE -> "zrangestore";
            case GEO_RADIUS -> "georadiusstore";
            case GEO_SEARCH -> "geosearchstore";
        };
    }

    private void event(int database, Bytes key, String event) {
        boolean sameKey = lastKey != null && database == lastDatabase && lastKey.equals(key);
        if (invalidations && !sameKey) {
            effects.add(new Effect.Invalidated(database, key));
        }
        if (keyEvents && !(sameKey && event.equals(lastEvent))) {
            effects.add(new Effect.Notified(database, event, key));
        }
        lastDatabase = database;
        lastKey = key;
        lastEvent = event;
    }

    private void readyIf(boolean grown, int database, Bytes key, int count) {
        if (grown) {
            ready(database, key, count);
        }
    }

    private void ready(int database, Bytes key, int count) {
        if (readiness) {
            effects.add(new Effect.KeyReady(database, key, count));
        }
    }

    private void allReady(int database) {
        if (readiness) {
            effects.add(new Effect.AllReady(database));
        }
    }

    private void allInvalidated(int database) {
        if (invalidations) {
            effects.add(new Effect.AllInvalidated(database));
        }
    }
}
