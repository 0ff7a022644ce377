package io.ratiskv.replication;

/** Where connections hand in their runs. Event loop only. */
public interface Intake {
    /** The run is answered exactly once, through its owner: now, or in a later turn of the event loop. */
    void submit(Run run);
}
