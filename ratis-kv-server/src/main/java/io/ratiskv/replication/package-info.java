/**
 * From requests to the log and back: batches, the gateway that answers for them once, confirmed reads, and the port to
 * the consensus below.
 */
@NullMarked
package io.ratiskv.replication;

import org.jspecify.annotations.NullMarked;
