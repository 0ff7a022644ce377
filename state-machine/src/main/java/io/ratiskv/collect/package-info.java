/**
 * Data structures that know no Redis word: hash tries and counted trees with epoch copy-on-write.
 *
 * <p>Every node remembers the {@link io.ratiskv.collect.Epoch} that created it. A node of the current epoch is
 * changed in place; an older one may be seen by a frozen view and is copied first. Freezing is therefore
 * O(1): take the root, raise the epoch. After a freeze the first change under a subtree copies only the path
 * to it.
 *
 * <p>A structure is confined to whoever owns the state. A frozen view never changes and may be read by any
 * one thread at a time that received it through a safe publication, while the owner goes on writing.
 */
@NullMarked
package io.ratiskv.collect;

import org.jspecify.annotations.NullMarked;
