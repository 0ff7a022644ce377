package io.ratiskv.raft;

import io.ratiskv.replication.PeerMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.server.leader.FollowerInfo;
import org.jspecify.annotations.Nullable;

/** The log appenders of a leader by follower; those of an earlier leadership until the next. Any thread. */
final class Appenders {
    private final Map<String, ReachableLogAppender> byFollower = new ConcurrentHashMap<>();

    private volatile @Nullable LinkReplication linksToLeadOver;

    /** Entries go over the links between the nodes from here on. */
    void leadOver(LinkReplication links) {
        linksToLeadOver = links;
    }

    @Nullable
    LinkReplication linksToLeadOver() {
        return linksToLeadOver;
    }

    /** On the links' thread. */
    void appended(String from, PeerMessage.Appended answer) {
        ReachableLogAppender appender = byFollower.get(from);
        if (appender == null) {
            return;
        }
        AppendPipeline pipeline = appender.pipeline();
        if (pipeline != null && pipeline.id() == answer.pipeline()) {
            pipeline.answered(answer.reply());
        }
    }

    void linkLost(String node) {
        ReachableLogAppender appender = byFollower.get(node);
        AppendPipeline pipeline = appender == null ? null : appender.pipeline();
        if (pipeline != null) {
            pipeline.linkLost();
        }
    }

    void add(ReachableLogAppender appender) {
        byFollower.put(appender.getFollowerId().toString(), appender);
    }

    /** Nothing happens on a node that does not lead. */
    void push(String follower, long commitIndex) {
        ReachableLogAppender appender = byFollower.get(follower);
        if (appender != null) {
            appender.push(commitIndex);
        }
    }

    /** What this leader knows of a follower; null if it does not lead it. */
    @Nullable
    FollowerInfo follower(String id) {
        ReachableLogAppender appender = byFollower.get(id);
        return appender != null && appender.isRunning() ? appender.getFollower() : null;
    }
}
