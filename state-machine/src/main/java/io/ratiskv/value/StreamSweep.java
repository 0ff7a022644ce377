package io.ratiskv.value;

import io.ratiskv.api.StreamId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a claim of whatever is pending for too long has found. Immutable.
 *
 * @param next where to go on; null at the end
 * @param claimed entries that changed their consumer
 * @param vanished ids that were pending while their entries are gone, and are no longer
 */
public record StreamSweep(@Nullable StreamId next, List<StreamEntry> claimed, List<StreamId> vanished) {}
