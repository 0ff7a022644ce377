package io.ratiskv.value;

import io.ratiskv.api.StreamId;
import org.jspecify.annotations.Nullable;

/** What a consumer gets for a pending id: null in place of an entry that was deleted. Immutable. */
public record StreamDelivery(StreamId id, @Nullable StreamEntry entry) {}
