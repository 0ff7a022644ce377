@NullMarked
package io.ratiskv.lua;

import org.jspecify.annotations.NullMarked;
