/** Requests followed through their stops, and sent to a collector over OTLP. Knows no other package. */
@NullMarked
package io.ratiskv.tracing;

import org.jspecify.annotations.NullMarked;
