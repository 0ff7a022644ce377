/** Versioned bytes to state and back; canonical, so that equal states are equal bytes. */
@NullMarked
package io.ratiskv.snapshot;

import org.jspecify.annotations.NullMarked;
