@NullMarked
package io.ratiskv.compare;

import org.jspecify.annotations.NullMarked;
