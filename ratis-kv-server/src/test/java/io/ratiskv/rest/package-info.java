/** HTTP over real sockets, in front of a node that is made up. */
@NullMarked
package io.ratiskv.rest;

import org.jspecify.annotations.NullMarked;
