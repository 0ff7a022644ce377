/** Users and what they may do, by the rules of Redis 7.2. */
@NullMarked
package io.ratiskv.acl;

import org.jspecify.annotations.NullMarked;
