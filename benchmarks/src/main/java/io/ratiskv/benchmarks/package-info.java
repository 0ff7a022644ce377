/** Measurements of the core: JMH benchmarks, and programs that print what JMH cannot measure. */
@NullMarked
package io.ratiskv.benchmarks;

import org.jspecify.annotations.NullMarked;
