/** The library compared with a real Redis: random requests, the same replies and the same keyspace. */
@org.jspecify.annotations.NullMarked
package io.ratiskv.agreement;
