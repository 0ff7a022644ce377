/** The engine of the benchmark against a server of the test's own, which breaks where it is told to. */
@NullMarked
package io.ratiskv.cli.load;

import org.jspecify.annotations.NullMarked;
