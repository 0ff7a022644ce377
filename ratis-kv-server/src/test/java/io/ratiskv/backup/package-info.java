@NullMarked
package io.ratiskv.backup;

import org.jspecify.annotations.NullMarked;
