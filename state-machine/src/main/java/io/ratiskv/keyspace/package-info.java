/** Keys to values, deadlines, versions and the memory account; the typed handles through which alone state changes. */
@NullMarked
package io.ratiskv.keyspace;

import org.jspecify.annotations.NullMarked;
