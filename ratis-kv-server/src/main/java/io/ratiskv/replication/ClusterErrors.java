package io.ratiskv.replication;

import io.ratiskv.api.Reply;

/** Errors of the cluster, by what a client may conclude: all but {@link #UNKNOWN} mean that nothing happened. */
public final class ClusterErrors {
    public static final Reply NO_LEADER = Reply.error("CLUSTERDOWN No leader is known; nothing was written");
    public static final Reply OVERLOADED =
            Reply.error("OVERLOADED Too many requests are pending on this node; nothing was written");
    public static final Reply NO_SPACE =
            Reply.error("MISCONF The disk of the leader is as good as full; nothing was written");
    public static final Reply LOADING = Reply.error("LOADING The node is replaying its log; nothing was written");
    public static final Reply TRY_AGAIN =
            Reply.error("TRYAGAIN The read could not be confirmed by a majority; nothing was written");
    public static final Reply SHUTTING_DOWN =
            Reply.error("CLUSTERDOWN This node is shutting down; nothing was written");
    public static final Reply UNKNOWN = Reply.error(
            "UNKNOWN The write was proposed but no majority confirmed it in time: it may or may not take effect");

    private ClusterErrors() {}
}
