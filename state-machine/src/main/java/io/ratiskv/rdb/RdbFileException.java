package io.ratiskv.rdb;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes are no RDB file, or hold what is not known here; the message says where. */
public final class RdbFileException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;
    private final String what;

    RdbFileException(long offset, String what, @Nullable Throwable cause) {
        super("RDB, offset " + offset + ": " + what, cause);
        this.offset = offset;
        this.what = what;
    }

    String what() {
        return what;
    }

    /** Of the byte with which what is wrong begins. */
    public long offset() {
        return offset;
    }
}
