/** Tests of moving data. */
@NullMarked
package io.ratiskv.cli.migration;

import org.jspecify.annotations.NullMarked;
