@NullMarked
package io.ratiskv.acl;

import org.jspecify.annotations.NullMarked;
