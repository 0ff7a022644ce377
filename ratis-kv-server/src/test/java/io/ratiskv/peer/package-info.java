/** Links of several nodes in one process, over real sockets. */
@NullMarked
package io.ratiskv.peer;

import org.jspecify.annotations.NullMarked;
