/** What a scrape shows. */
@NullMarked
package io.ratiskv.metrics;

import org.jspecify.annotations.NullMarked;
