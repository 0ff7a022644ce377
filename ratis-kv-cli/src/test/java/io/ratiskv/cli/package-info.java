/** The subcommands against a node of the test's own, and against a real one. */
@NullMarked
package io.ratiskv.cli;

import org.jspecify.annotations.NullMarked;
