package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.Effect;
import io.ratiskv.api.EffectInterest;
import io.ratiskv.api.EventClass;
import io.ratiskv.api.KeyEvent;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.Notifications;
import io.ratiskv.api.ValueType;
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
    private Notifications notifications = Notifications.NONE;

    // What follows from the above.
    private boolean notifies;
    private boolean tellsMisses;
    private boolean anyoneListens;

    private int unit = Effect.NOBODY;

    // What the running request reported last: HSET of ten fields is ten changes, but one event.
    private @Nullable Bytes lastKey;
    private int lastDatabase;
    private @Nullable KeyEvent lastEvent;

    void listen(Set<EffectInterest> interests) {
        keyEvents = interests.contains(EffectInterest.KEY_EVENTS);
        invalidations = interests.contains(EffectInterest.INVALIDATIONS);
        readiness = interests.contains(EffectInterest.READINESS);
        settle();
    }

    /** Which keyspace events are told. */
    void tellOf(Notifications chosen) {
        notifications = chosen;
        settle();
    }

    private void settle() {
        notifies = keyEvents && notifications.tellsAny();
        tellsMisses = keyEvents && notifications.tells(EventClass.KEY_MISS);
        anyoneListens = notifies || invalidations || readiness;
    }

    /** What changes from now on, does so because of this unit of the entry. */
    void beginUnit(int number) {
        unit = number;
    }

    void beginRequest() {
        lastKey = null;
        lastEvent = null;
    }

    /** A script's message: part of what the entry did, so all nodes tell it. */
    void publish(Bytes channel, Bytes message) {
        effects.add(new Effect.Published(channel.owned(), message.owned()));
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
        if (anyoneListens) {
            derive(change);
        }
    }

    /** There was no such key before the change that follows. */
    void created(int database, Bytes key) {
        if (notifies) {
            event(database, key, KeyEvent.NEW);
        }
    }

    /** A read found no such key. */
    void missed(int database, Bytes key) {
        if (tellsMisses) {
            tell(database, key, KeyEvent.KEY_MISS);
        }
    }

    private void derive(Change change) {
        switch (change) {
            case Change.StringPut c -> {
                // MSET may put a key twice, and says so twice.
                lastEvent = lastEvent == KeyEvent.SET ? null : lastEvent;
                event(c.database(), c.key(), KeyEvent.SET);
                if (c.expireAtMillis() != Deadline.NONE && !c.keepsDeadline()) {
                    event(c.database(), c.key(), KeyEvent.EXPIRE);
                }
            }
            case Change.StringAppended c -> event(c.database(), c.key(), KeyEvent.APPEND);
            case Change.StringRangePut c -> event(c.database(), c.key(), KeyEvent.SETRANGE);
            case Change.StringIncremented c -> event(c.database(), c.key(), KeyEvent.INCRBY);
            case Change.StringIncrementedByDecimal c -> event(c.database(), c.key(), KeyEvent.INCRBYFLOAT);
            case Change.BitsPut c -> event(c.database(), c.key(), KeyEvent.SETBIT);
            case Change.BitsCombined c -> event(c.database(), c.key(), KeyEvent.SET);
            case Change.CounterAdded c -> event(c.database(), c.key(), KeyEvent.PFADD);
            case Change.CountersMerged c -> event(c.database(), c.key(), KeyEvent.PFADD);
            case Change.HashFieldPut c -> event(c.database(), c.key(), KeyEvent.HSET);
            case Change.HashFieldIncremented c -> event(c.database(), c.key(), KeyEvent.HINCRBY);
            case Change.HashFieldIncrementedByDecimal c -> event(c.database(), c.key(), KeyEvent.HINCRBYFLOAT);
            case Change.HashFieldRemoved c -> event(c.database(), c.key(), KeyEvent.HDEL);
            case Change.HashFieldDeadlineSet c -> event(c.database(), c.key(), KeyEvent.HEXPIRE);
            case Change.HashFieldDeadlineCleared c -> event(c.database(), c.key(), KeyEvent.HPERSIST);
            case Change.HashFieldsExpired c -> event(c.database(), c.key(), KeyEvent.HEXPIRED);
            case Change.ListPushed c -> {
                event(c.database(), c.key(), c.end() == ListEnd.HEAD ? KeyEvent.LPUSH : KeyEvent.RPUSH);
                ready(c.database(), c.key(), ValueType.LIST, c.elements().size());
            }
            case Change.ListPopped c ->
                event(c.database(), c.key(), c.end() == ListEnd.HEAD ? KeyEvent.LPOP : KeyEvent.RPOP);
            case Change.ListElementInserted c -> event(c.database(), c.key(), KeyEvent.LINSERT);
            case Change.ListElementSet c -> event(c.database(), c.key(), KeyEvent.LSET);
            case Change.ListElementsRemoved c -> event(c.database(), c.key(), KeyEvent.LREM);
            case Change.ListTrimmed c -> event(c.database(), c.key(), KeyEvent.LTRIM);
            case Change.ListSorted c -> {
                event(c.database(), c.key(), KeyEvent.SORTSTORE);
                ready(c.database(), c.key(), ValueType.LIST, c.size());
            }
            case Change.SetMembersAdded c -> event(c.database(), c.key(), KeyEvent.SADD);
            case Change.SetMembersRemoved c -> event(c.database(), c.key(), KeyEvent.SREM);
            case Change.SetMembersPopped c -> event(c.database(), c.key(), KeyEvent.SPOP);
            case Change.SetStored c ->
                event(
                        c.database(),
                        c.key(),
                        switch (c.algebra()) {
                            case UNION -> KeyEvent.SUNIONSTORE;
                            case INTERSECTION -> KeyEvent.SINTERSTORE;
                            case DIFFERENCE -> KeyEvent.SDIFFSTORE;
                        });
            case Change.ScorePut c -> {
                event(c.database(), c.key(), KeyEvent.ZADD);
                readyIf(c.created(), c.database(), c.key(), ValueType.SORTED_SET);
            }
            case Change.ScoreIncremented c -> {
                event(c.database(), c.key(), KeyEvent.ZINCR);
                readyIf(c.created(), c.database(), c.key(), ValueType.SORTED_SET);
            }
            case Change.MembersUnscored c -> event(c.database(), c.key(), eventOf(c.unscoring()));
            case Change.SortedSetStored c -> {
                event(c.database(), c.key(), eventOf(c.origin()));
                ready(c.database(), c.key(), ValueType.SORTED_SET, c.size());
            }
            case Change.StreamEntryAdded c -> {
                event(c.database(), c.key(), KeyEvent.XADD);
                ready(c.database(), c.key(), ValueType.STREAM, 1);
            }
            case Change.StreamEntriesRemoved c -> event(c.database(), c.key(), KeyEvent.XDEL);
            case Change.StreamTrimmed c -> event(c.database(), c.key(), KeyEvent.XTRIM);
            case Change.StreamIdSet c -> event(c.database(), c.key(), KeyEvent.XSETID);
            case Change.StreamProducersConfigured c -> touched(c.database(), c.key());
            case Change.StreamDuplicateMet c -> touched(c.database(), c.key());
            case Change.StreamGroupCreated c -> event(c.database(), c.key(), KeyEvent.XGROUP_CREATE);
            case Change.StreamGroupMoved c -> event(c.database(), c.key(), KeyEvent.XGROUP_SETID);
            case Change.StreamGroupRemoved c -> {
                event(c.database(), c.key(), KeyEvent.XGROUP_DESTROY);
                groupsLost(c.database(), c.key());
            }
            case Change.StreamConsumerCreated c -> event(c.database(), c.key(), KeyEvent.XGROUP_CREATECONSUMER);
            case Change.StreamConsumerRemoved c -> event(c.database(), c.key(), KeyEvent.XGROUP_DELCONSUMER);
            case Change.StreamConsumerSeen c -> touched(c.database(), c.key());
            case Change.StreamEntriesDelivered c -> touched(c.database(), c.key());
            case Change.StreamEntriesAcknowledged c -> touched(c.database(), c.key());
            case Change.StreamEntriesReleased c -> touched(c.database(), c.key());
            case Change.KeyRemoved c -> event(c.database(), c.key(), KeyEvent.DEL);
            case Change.KeyEvicted c -> event(c.database(), c.key(), KeyEvent.EVICTED);
            case Change.KeyExpired c -> event(c.database(), c.key(), KeyEvent.EXPIRED);
            case Change.DeadlineSet c -> event(c.database(), c.key(), KeyEvent.EXPIRE);
            case Change.DeadlineCleared c -> event(c.database(), c.key(), KeyEvent.PERSIST);
            case Change.KeyRenamed c -> {
                // Redis removes what the target held, so that it is new either way.
                created(c.database(), c.target());
                event(c.database(), c.key(), KeyEvent.RENAME_FROM);
                event(c.database(), c.target(), KeyEvent.RENAME_TO);
                ready(c.database(), c.target(), c.type(), Integer.MAX_VALUE);
            }
            case Change.KeyCopied c -> {
                created(c.targetDatabase(), c.target());
                event(c.targetDatabase(), c.target(), KeyEvent.COPY_TO);
                ready(c.targetDatabase(), c.target(), c.type(), Integer.MAX_VALUE);
            }
            case Change.KeyRestored c -> {
                created(c.database(), c.key());
                event(c.database(), c.key(), KeyEvent.RESTORE);
                ready(c.database(), c.key(), c.type(), Integer.MAX_VALUE);
            }
            case Change.KeyMoved c -> {
                event(c.database(), c.key(), KeyEvent.MOVE_FROM);
                event(c.targetDatabase(), c.key(), KeyEvent.MOVE_TO);
                ready(c.targetDatabase(), c.key(), c.type(), Integer.MAX_VALUE);
            }
            case Change.Flushed c -> {
                allInvalidated(c.database());
                allGroupsLost(c.database());
            }
            case Change.DatabasesSwapped c -> {
                allInvalidated(c.first());
                allInvalidated(c.second());
                allReady(c.first());
                allReady(c.second());
            }
        }
    }

    private static KeyEvent eventOf(Change.Unscoring unscoring) {
        return switch (unscoring) {
            case BY_NAME -> KeyEvent.ZREM;
            case BY_RANK -> KeyEvent.ZREMRANGEBYRANK;
            case BY_SCORE -> KeyEvent.ZREMRANGEBYSCORE;
            case BY_STRING -> KeyEvent.ZREMRANGEBYLEX;
            case LOWEST -> KeyEvent.ZPOPMIN;
            case HIGHEST -> KeyEvent.ZPOPMAX;
        };
    }

    private static KeyEvent eventOf(Change.SortedSetOrigin origin) {
        return switch (origin) {
            case UNION -> KeyEvent.ZUNIONSTORE;
            case INTERSECTION -> KeyEvent.ZINTERSTORE;
            case DIFFERENCE -> KeyEvent.ZDIFFSTORE;
            case RANGE -> KeyEvent.ZRANGESTORE;
            case GEO_RADIUS -> KeyEvent.GEORADIUSSTORE;
            case GEO_SEARCH -> KeyEvent.GEOSEARCHSTORE;
        };
    }

    private void event(int database, Bytes key, KeyEvent event) {
        if (invalidations && !isLast(database, key)) {
            effects.add(new Effect.Invalidated(database, key, unit));
        }
        if (notifies && notifications.tells(event.eventClass()) && !isLast(database, key, event)) {
            tell(database, key, event);
        }
        remember(database, key, event);
    }

    /** A key changed in a way that has no name. */
    private void touched(int database, Bytes key) {
        if (!isLast(database, key)) {
            if (invalidations) {
                effects.add(new Effect.Invalidated(database, key, unit));
            }
            remember(database, key, null);
        }
    }

    private boolean isLast(int database, Bytes key, KeyEvent event) {
        return event == lastEvent && isLast(database, key);
    }

    private boolean isLast(int database, Bytes key) {
        return lastKey != null && database == lastDatabase && lastKey.equals(key);
    }

    private void remember(int database, Bytes key, @Nullable KeyEvent event) {
        lastDatabase = database;
        lastKey = key;
        lastEvent = event;
    }

    private void tell(int database, Bytes key, KeyEvent event) {
        effects.add(new Effect.Notified(database, event, key, notifications.byKey(), notifications.byEvent()));
    }

    /** A key holds no stream any more. */
    void groupsLost(int database, Bytes key) {
        if (readiness) {
            effects.add(new Effect.GroupsLost(database, key));
        }
    }

    private void readyIf(boolean grown, int database, Bytes key, ValueType type) {
        if (grown) {
            ready(database, key, type, 1);
        }
    }

    private void ready(int database, Bytes key, ValueType type, int count) {
        if (readiness) {
            effects.add(new Effect.KeyReady(database, key, type, count));
        }
    }

    private void allReady(int database) {
        if (readiness) {
            effects.add(new Effect.AllReady(database));
        }
    }

    private void allGroupsLost(int database) {
        if (readiness) {
            effects.add(new Effect.AllGroupsLost(database));
        }
    }

    private void allInvalidated(int database) {
        if (invalidations) {
            effects.add(new Effect.AllInvalidated(database));
        }
    }
}
