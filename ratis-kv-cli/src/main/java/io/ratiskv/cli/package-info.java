/** {@code raft-cli}: one call of a shell, a prompt or a benchmark, spoken to the nodes over HTTP and RESP. */
@NullMarked
package io.ratiskv.cli;

import org.jspecify.annotations.NullMarked;
