/**
 * The consensus by Apache Ratis: the only place that knows it. {@link io.ratiskv.raft.RatisConsensus} is the door; the
 * rest makes Ratis keep what the product promises where it does not by itself: votes and new log files that survive a
 * loss of power, fail-stop, checked snapshots, and a port that serves members alone.
 */
@NullMarked
package io.ratiskv.raft;

import org.jspecify.annotations.NullMarked;
