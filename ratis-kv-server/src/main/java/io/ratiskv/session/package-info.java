/**
 * What a connection's requests mean: its state, the order of its replies, MULTI, and the commands that concern a
 * connection or a node rather than the replicated state.
 */
@NullMarked
package io.ratiskv.session;

import org.jspecify.annotations.NullMarked;
