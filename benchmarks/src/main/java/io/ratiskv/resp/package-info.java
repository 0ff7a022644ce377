/** Benchmarks of the package of the same name, from inside. */
@NullMarked
package io.ratiskv.resp;

import org.jspecify.annotations.NullMarked;
