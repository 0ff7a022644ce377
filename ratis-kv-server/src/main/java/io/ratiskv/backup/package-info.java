/** Backups of a node that serves, the archive of its log, and the new cluster that both are restored into. */
@NullMarked
package io.ratiskv.backup;

import org.jspecify.annotations.NullMarked;
