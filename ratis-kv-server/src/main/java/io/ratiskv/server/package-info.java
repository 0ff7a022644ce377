/** The process: its configuration, its log output, its start and its end, and the only place that wires the other packages. */
@NullMarked
package io.ratiskv.server;

import org.jspecify.annotations.NullMarked;
