package io.ratiskv.command;

import static io.ratiskv.command.Category.FAST;
import static io.ratiskv.command.Flag.LOADING;
import static io.ratiskv.command.Flag.MAY_REPLICATE;
import static io.ratiskv.command.Flag.NOSCRIPT;
import static io.ratiskv.command.Flag.PUBSUB;
import static io.ratiskv.command.Flag.STALE;

/** Channels and their messages: declared here, done by sessions. Confined to the thread that builds the table. */
final class PubSubCommands {
    private PubSubCommands() {}

    static void declare(Declarations table) {
        table.group(Group.PUBSUB);

        table.local("SUBSCRIBE channel:string [channel:string ...]")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("2.0.0")
                .complexity("O(N), N channels.")
                .summary("Listens to channels.");

        table.local("UNSUBSCRIBE [channel:string [channel:string ...]]")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("2.0.0")
                .complexity("O(N), N channels.")
                .summary("Stops listening to channels; to all without a name.");

        table.local("PSUBSCRIBE pattern [pattern ...]")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("2.0.0")
                .complexity("O(N), N patterns.")
                .summary("Listens to all channels whose names match.");

        table.local("PUNSUBSCRIBE [pattern [pattern ...]]")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("2.0.0")
                .complexity("O(N), N patterns.")
                .summary("Stops listening to patterns; to all without one.");

        table.local("PUBLISH channel:string message:string")
                .in(FAST)
                .with(PUBSUB, LOADING, STALE, MAY_REPLICATE)
                .since("2.0.0")
                .complexity("O(N+M), N clients that listen, M patterns that anyone listens to.")
                .summary("Sends a message to all who listen, at any node; returns how many.");

        table.local("SSUBSCRIBE shardchannel:key [shardchannel:key ...]")
                .keys("not_key")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("7.0.0")
                .complexity("O(N), N channels.")
                .summary("Listens to channels of a shard.");

        table.local("SUNSUBSCRIBE [shardchannel:key [shardchannel:key ...]]")
                .keys("not_key")
                .with(PUBSUB, NOSCRIPT, LOADING, STALE)
                .since("7.0.0")
                .complexity("O(N), N channels.")
                .summary("Stops listening to channels of a shard; to all without a name.");

        table.local("SPUBLISH shardchannel:key message:string")
                .keys("not_key")
                .in(FAST)
                .with(PUBSUB, LOADING, STALE, MAY_REPLICATE)
                .since("7.0.0")
                .complexity("O(N), N clients that listen.")
                .summary("Sends a message to all who listen to a channel of a shard; returns how many.");

        table.container("PUBSUB").since("2.8.0").summary("Tells who listens to what.");
        table.local("PUBSUB CHANNELS [pattern]")
                .with(PUBSUB, LOADING, STALE)
                .since("2.8.0")
                .complexity("O(N), N channels.")
                .summary("Lists the channels of the cluster that someone listens to.");
        table.local("PUBSUB NUMSUB [channel:string [channel:string ...]]")
                .with(PUBSUB, LOADING, STALE)
                .since("2.8.0")
                .complexity("O(N), N channels.")
                .summary("Counts the clients of the cluster that listen to channels.");
        table.local("PUBSUB NUMPAT")
                .with(PUBSUB, LOADING, STALE)
                .since("2.8.0")
                .summary("Counts the patterns of the cluster that someone listens to.");
        table.local("PUBSUB SHARDCHANNELS [pattern]")
                .with(PUBSUB, LOADING, STALE)
                .since("7.0.0")
                .complexity("O(N), N channels.")
                .summary("Lists the channels of shards that someone listens to.");
        table.local("PUBSUB SHARDNUMSUB [shardchannel [shardchannel ...]]")
                .with(PUBSUB, LOADING, STALE)
                .since("7.0.0")
                .complexity("O(N), N channels.")
                .summary("Counts the clients that listen to channels of shards.");
        table.local("PUBSUB HELP").with(LOADING, STALE).since("6.2.0").summary("Prints this help.");
    }
}
