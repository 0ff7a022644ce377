package io.ratiskv.session;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Effect;
import io.ratiskv.replication.PeerMessage.Listening;

/**
 * Tells keyspace events to who listens at this node. Confined to the event loop.
 *
 * <p>Every node applies every entry, so each tells its own clients, once, and nothing is sent between nodes.
 */
final class KeyNotifications {
    private final PubSub pubSub;

    KeyNotifications(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    void tell(Effect.Notified happened) {
        if (!pubSub.anyoneListensHere()) {
            return;
        }
        Bytes event = Bytes.of(happened.event().wireName());
        if (happened.byKey()) {
            tell("__keyspace@", happened.database(), happened.key(), event);
        }
        if (happened.byEvent()) {
            tell("__keyevent@", happened.database(), event, happened.key());
        }
    }

    private void tell(String prefix, int database, Bytes channel, Bytes message) {
        Bytes head = Bytes.of(prefix + database + "__:");
        byte[] name = new byte[head.length() + channel.length()];
        head.copyTo(name, 0);
        channel.copyTo(name, head.length());
        pubSub.deliver(Listening.CHANNEL, Bytes.wrap(name), message);
    }
}
