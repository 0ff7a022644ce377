@NullMarked
package io.ratiskv.script;

import org.jspecify.annotations.NullMarked;
