package io.ratiskv.replication;

import io.ratiskv.api.Effect;
import java.util.List;

/** Hears what entries caused, behind the replies to them, in the log's order; and what reads caused. Called on the apply thread, or for reads on the event loop. */
public interface EffectSink {
    /** @param origins who asked for the entry's units */
    void happened(List<Effect> effects, long index, Origins origins);
}
