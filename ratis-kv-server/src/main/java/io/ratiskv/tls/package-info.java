/** Keys, certificates and trust, read once at start and handed to every port that speaks TLS. */
@NullMarked
package io.ratiskv.tls;

import org.jspecify.annotations.NullMarked;
