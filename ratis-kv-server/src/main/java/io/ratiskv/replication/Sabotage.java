package io.ratiskv.replication;

import org.slf4j.LoggerFactory;

/**
 * Rules that the fault lab has a node break, to see whether it notices: {@code RATISKV_SABOTAGE} in the environment names
 * one. Nothing is broken without it. Constants, so that compiled code knows nothing of them.
 */
final class Sabotage {
    private static final String ASKED = System.getenv().getOrDefault("RATISKV_SABOTAGE", "");

    /** Reads are answered without asking a majority. */
    static final boolean READS = asked("reads");

    /** A batch that is proposed again looks like another one. */
    static final boolean ONCE = asked("once");

    private Sabotage() {}

    private static boolean asked(String what) {
        boolean sabotaged = ASKED.equals(what);
        if (sabotaged) {
            LoggerFactory.getLogger(Sabotage.class)
                    .error("RATISKV_SABOTAGE={}: this node breaks its promises on purpose", what);
        }
        return sabotaged;
    }
}
