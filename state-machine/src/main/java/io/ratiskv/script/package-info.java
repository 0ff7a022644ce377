/** Scripts and libraries of functions as Redis has them: what the state keeps of them, and how one runs. */
@NullMarked
package io.ratiskv.script;

import org.jspecify.annotations.NullMarked;
