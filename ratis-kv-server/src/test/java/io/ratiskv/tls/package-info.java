/** Certificates for tests. */
@NullMarked
package io.ratiskv.tls;

import org.jspecify.annotations.NullMarked;
