/** Real processes under faults, and whether what their clients saw can have happened. */
@org.jspecify.annotations.NullMarked
package io.ratiskv.lab;
