/** What Prometheus scrapes: one table of meters over figures that the code keeps anyway. */
@NullMarked
package io.ratiskv.metrics;

import org.jspecify.annotations.NullMarked;
