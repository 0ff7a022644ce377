/** Tests of connections and of HTTP on them. */
@NullMarked
package io.ratiskv.cli.wire;

import org.jspecify.annotations.NullMarked;
