/** A replicated state without replication: one process, no log, no disk. For tests and embedding. */
@NullMarked
package io.ratiskv.local;

import org.jspecify.annotations.NullMarked;
