/** The pages of the repository: their examples are run as written, their links followed. */
@NullMarked
package io.ratiskv.cli.pages;

import org.jspecify.annotations.NullMarked;
