package io.ratiskv.rest;

import io.ratiskv.api.Bytes;
import java.util.List;

/**
 * What the body of {@code POST /command} asks for. Immutable; any thread.
 *
 * @param requests one, or those of a batch; never empty, and none of them is
 * @param atomic they run as one, and each has a result of its own
 * @param base64 the strings of the result are wanted in base64
 */
record CommandOrder(List<Bytes[]> requests, boolean atomic, boolean base64) {}
