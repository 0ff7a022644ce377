/** Transcripts: what commands do, as requests and replies, to be run on the library, on nodes and on a real Redis. */
@NullMarked
package io.ratiskv.transcript;

import org.jspecify.annotations.NullMarked;
