/** Connections to nodes, and HTTP/1.1 on them. Knows nothing of the command line. */
@NullMarked
package io.ratiskv.cli.wire;

import org.jspecify.annotations.NullMarked;
