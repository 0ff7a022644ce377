/** Tests of three real processes through their real ports. */
@NullMarked
package io.ratiskv.cluster;

import org.jspecify.annotations.NullMarked;
