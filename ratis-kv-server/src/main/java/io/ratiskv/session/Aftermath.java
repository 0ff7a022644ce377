package io.ratiskv.session;

import io.ratiskv.api.Effect;
import io.ratiskv.replication.EffectSink;
import io.ratiskv.replication.Loop;
import io.ratiskv.replication.Origins;
import io.ratiskv.replication.PeerMessage.Listening;
import java.util.List;
import java.util.function.Consumer;

/**
 * What applied entries mean to the clients of this node: who waits for a key is woken, who listens is told. Any thread
 * tells of effects; clients hear of them on the event loop, in the order they happened.
 *
 * <p>The apply thread hands over an entry's replies before its effects, and the loop takes both in that order: whoever was
 * answered is known here before anything that came behind the answer.
 */
public final class Aftermath implements EffectSink {
    private final Loop loop;
    private final PubSub pubSub;
    private final BlockedClients blocked;
    private final KeyNotifications notifications;
    private final Tracking tracking;
    private Consumer<Effect> users = unheard -> {};

    /** @param feed begins and ends to tell of changed keys */
    public Aftermath(Loop loop, PubSub pubSub, Consumer<Boolean> feed) {
        this.loop = loop;
        this.pubSub = pubSub;
        this.blocked = new BlockedClients(loop);
        this.notifications = new KeyNotifications(pubSub);
        this.tracking = new Tracking(pubSub, feed);
    }

    /** Event loop: who hears from now on that users are others. */
    void listenToUsers(Consumer<Effect> to) {
        users = to;
    }

    @Override
    public void happened(List<Effect> effects, long index, Origins origins) {
        for (Effect effect : effects) {
            if (concernsClients(effect)) {
                loop.execute(() -> heard(effects, origins));
                return;
            }
        }
    }

    private void heard(List<Effect> effects, Origins origins) {
        for (Effect effect : effects) {
            heard(effect, origins);
        }
        tracking.endEntry();
    }

    private static boolean concernsClients(Effect effect) {
        return switch (effect) {
            case Effect.KeyReady ready -> true;
            case Effect.AllReady ready -> true;
            case Effect.GroupsLost lost -> true;
            case Effect.AllGroupsLost lost -> true;
            case Effect.Notified event -> true;
            case Effect.Published message -> true;
            case Effect.Invalidated key -> true;
            case Effect.AllInvalidated keys -> true;
            case Effect.UserChanged user -> true;
            case Effect.UsersReplaced all -> true;
            case Effect.GatewayOpened opened -> false;
            case Effect.Configured setting -> false;
            case Effect.DigestWanted wanted -> false;
        };
    }

    private void heard(Effect effect, Origins origins) {
        switch (effect) {
            case Effect.KeyReady ready -> blocked.wake(ready);
            case Effect.AllReady ready -> blocked.wake(ready);
            case Effect.GroupsLost lost -> blocked.wake(lost);
            case Effect.AllGroupsLost lost -> blocked.wake(lost);
            case Effect.Notified event -> notifications.tell(event);
            case Effect.Published message ->
                // Every node applied it, and tells its own.
                pubSub.deliver(Listening.CHANNEL, message.channel(), message.message());
            case Effect.Invalidated changed ->
                tracking.changed(changed.key(), BlockedClients.sessionOf(origins.of(changed.unit())));
            case Effect.AllInvalidated keys -> tracking.allChanged();
            case Effect.UserChanged user -> users.accept(user);
            case Effect.UsersReplaced all -> users.accept(all);
            case Effect.GatewayOpened opened -> {}
            case Effect.Configured setting -> {}
            case Effect.DigestWanted wanted -> {}
        }
    }

    PubSub pubSub() {
        return pubSub;
    }

    Tracking tracking() {
        return tracking;
    }

    BlockedClients blocked() {
        return blocked;
    }
}
