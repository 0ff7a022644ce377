/** Values as the payloads of Redis' DUMP, and back: the format of its snapshots (RDB), one value at a time. */
@NullMarked
package io.ratiskv.rdb;

import org.jspecify.annotations.NullMarked;
