@NullMarked
package io.ratiskv.rdb;

import org.jspecify.annotations.NullMarked;
