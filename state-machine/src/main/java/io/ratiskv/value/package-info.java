/** What keys hold: the sealed {@code Value} and its types, in their shapes for few and for many members. */
@NullMarked
package io.ratiskv.value;

import org.jspecify.annotations.NullMarked;
