/** The door of the core: entries in, replies and effects out; the same on every replica, today and after a restore. */
@NullMarked
package io.ratiskv.machine;

import org.jspecify.annotations.NullMarked;
