/**
 * Lua 5.1 with every step and every byte counted: no clock, no luck, no thread, no depth of Java's stack that a script
 * chooses, and an order of everything that is the same on every machine.
 */
@NullMarked
package io.ratiskv.lua;

import org.jspecify.annotations.NullMarked;
