/** Load on a cluster and what came of it: the engine of {@code raft-cli benchmark}. Knows nothing of the command line. */
@NullMarked
package io.ratiskv.cli.load;

import org.jspecify.annotations.NullMarked;
