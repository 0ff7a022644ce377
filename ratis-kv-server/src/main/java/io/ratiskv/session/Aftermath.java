package io.ratiskv.session;

import io.ratiskv.api.Effect;
import io.ratiskv.replication.Loop;
import io.ratiskv.replication.PeerMessage.Listening;
import java.util.List;

/**
 * What applied entries mean to the clients of this node: who waits for a key is woken, who listens is told. Any thread
 * tells of effects; clients hear of them on the event loop, in the order they happened.
 *
 * <p>The apply thread hands over an entry's replies before its effects, and the loop takes both in that order: whoever was
 * answered is known here before anything that came behind the answer.
 */
public final class Aftermath {
    private final Loop loop;
    private final PubSub pubSub;
    private final BlockedClients blocked;
    private final KeyNotifications notifications;

    public Aftermath(Loop loop, PubSub pubSub) {
        this.loop = loop;
        this.pubSub = pubSub;
        this.blocked = new BlockedClients(loop);
        this.notifications = new KeyNotifications(pubSub);
    }

    /** Effects of an entry, whose replies were handed over before, or of reads. Any thread. */
    public void happened(List<Effect> effects) {
        for (Effect effect : effects) {
            if (concernsClients(effect)) {
                loop.execute(() -> effects.forEach(this::heard));
                return;
            }
        }
    }

    private static boolean concernsClients(Effect effect) {
        return switch (effect) {
            case Effect.KeyReady ready -> true;
            case Effect.AllReady ready -> true;
            case Effect.Notified event -> true;
            case Effect.Published message -> true;
            case Effect.Invalidated key -> false;
            case Effect.AllInvalidated keys -> false;
            case Effect.GatewayOpened opened -> false;
            case Effect.Configured setting -> false;
            case Effect.DigestWanted wanted -> false;
        };
    }

    private void heard(Effect effect) {
        switch (effect) {
            case Effect.KeyReady ready -> blocked.wake(ready);
            case Effect.AllReady ready -> blocked.wake(ready);
            case Effect.Notified event -> notifications.tell(event);
            case Effect.Published message ->
                // Every node applied it, and tells its own.
                pubSub.deliver(Listening.CHANNEL, message.channel(), message.message());
            case Effect.Invalidated key -> {}
            case Effect.AllInvalidated keys -> {}
            case Effect.GatewayOpened opened -> {}
            case Effect.Configured setting -> {}
            case Effect.DigestWanted wanted -> {}
        }
    }

    PubSub pubSub() {
        return pubSub;
    }

    BlockedClients blocked() {
        return blocked;
    }
}
