/** The vocabulary of the core, immutable: what goes in (entries of requests) and what comes out (replies and effects). */
@NullMarked
package io.ratiskv.api;

import org.jspecify.annotations.NullMarked;
