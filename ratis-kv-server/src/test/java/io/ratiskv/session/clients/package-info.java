/** Clients that people use, each tried with what they are used for. */
@NullMarked
package io.ratiskv.session.clients;

import org.jspecify.annotations.NullMarked;
