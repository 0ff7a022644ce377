/** What commands exist and what each does: the table, the call, one family file per type. */
@NullMarked
package io.ratiskv.command;

import org.jspecify.annotations.NullMarked;
