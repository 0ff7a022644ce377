/**
 * Measures ratis-kv side by side with other stores, in turns, on one machine. See {@code benchmarks/compare.sh}. Loads are
 * made by programs of others where there is one: redis-benchmark for the Redis protocol, h2load for etcd.
 */
@NullMarked
package io.ratiskv.compare;

import org.jspecify.annotations.NullMarked;
