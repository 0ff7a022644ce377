package io.ratiskv.raft;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.server.leader.FollowerInfo;
import org.jspecify.annotations.Nullable;

/** The log appenders of a leader by follower; those of an earlier leadership until the next. Any thread. */
final class Appenders {
    private final Map<String, ReachableLogAppender> byFollower = new ConcurrentHashMap<>();

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
