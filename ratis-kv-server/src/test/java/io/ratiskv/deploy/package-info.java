/** What {@code deploy/} promises, checked against the schemas and the programs that read it, and against the server. */
@NullMarked
package io.ratiskv.deploy;

import org.jspecify.annotations.NullMarked;
