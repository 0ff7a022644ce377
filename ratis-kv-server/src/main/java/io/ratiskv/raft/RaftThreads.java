package io.ratiskv.raft;

/** Threads of Ratis: one that ends by an exception took a duty with it, and the node ends too. */
final class RaftThreads extends ThreadGroup {
    private final FailStop failStop;

    RaftThreads(String node, FailStop failStop) {
        super("raft-" + node);
        this.failStop = failStop;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable cause) {
        failStop.stop("thread " + thread.getName() + " died", cause);
    }
}
