/** Moves what a Redis holds into a cluster: from files and from a live server, and compares both. Knows nothing of the command line. */
@NullMarked
package io.ratiskv.cli.migration;

import org.jspecify.annotations.NullMarked;
